# Short names for ./run and ./test; nothing needs this file, and every line of it can be typed by hand.
.DEFAULT_GOAL := help
.PHONY: help up test test-core lint check campaigns docs

CAMPAIGNS := $(wildcard workflows/campaigns/*/definition.toml)

help: ## 列出这些目标 · list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

up: ## 在本机运行全部 · run everything on this machine (ARGS="--port 0")
	./run $(ARGS)

test: ## 全部检查与测试 · all checks and tests
	./test

test-core: ## 不需要数据库和队列的测试 · the tests that need no server
	./test --core tests

lint: ## 只检查代码:风格、类型、方向 · the source alone: style, types, directions
	.venv/bin/ruff check .
	.venv/bin/mypy
	.venv/bin/lint-imports

check: lint test-core ## 提交前的快检 · before a commit: lint and test-core

campaigns: ## 检查每个专项行动的定义 · check the definition of every campaign
	@set -e; for one in $(CAMPAIGNS); do echo "$$one"; .venv/bin/xunxian def check "$$one"; done

docs: ## 重新生成接口说明和状态图 · regenerate the description of the interface and the state diagrams
	.venv/bin/python -m services.api > docs/openapi.json
	.venv/bin/python -m workflows.diagram < workflows/campaigns/yangshan-ivory-2017/definition.toml > docs/states.md
