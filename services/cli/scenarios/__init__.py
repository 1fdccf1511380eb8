"""Scenarios of a campaign, played against its definition through the commands everybody uses."""

from services.cli.scenarios.player import Failure, play

__all__ = ["Failure", "play"]
