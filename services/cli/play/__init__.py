"""The exercise player: 77 leads, the agencies that handle them, and how well they keep time.

Planning is pure: what arrives (`matters`), how agencies behave (`manners`), when people work (`pace`) and what follows
from that (`stories`, `report_stories`) give one list of acts. Performing (`stage`) sends them over HTTP in order of
time, moving the exercise's clock along.
"""
