"""The phrases of the inner pages: search, audit, administration, operations, saved views; `words` holds them with all
others.
"""

from __future__ import annotations

PHRASES = (
    ("nav.admin", "管理", "Manage"),
    # search
    ("search.title", "搜索", "Search"),
    ("search.what", "字词或编号", "Words or number"),
    ("search.hint", "多个词用空格隔开,都要找到;全角半角、大小写、标点不分。只找得到你能看到的。",
     "Words apart by spaces must all be found; widths, capitals and punctuation do not count. You find what you may see."),
    ("search.count", "找到 {n} 件", "{n} found"),
    ("search.none", "没有找到。可以少输几个字,或换个说法。", "Nothing found. Try fewer characters or other words."),
    ("search.in.number", "编号", "number"),
    ("search.in.title", "标题", "title"),
    ("search.in.account", "案情", "account"),
    ("search.in.reference", "来源编号", "source's number"),
    ("search.in.course", "办理情况", "course"),
    ("search.in.words", "文字", "words"),
    ("search.in.name", "材料名", "file name"),
    ("search.in.label", "涉案物品", "exhibit"),
    ("search.of.handoff", "协作", "handoff"),
    ("search.of.transfer", "移送", "transfer"),
    ("search.of.order", "督办单", "order"),
    ("search.of.record", "办理记录", "record"),
    ("search.of.material", "材料", "file"),
    ("search.of.item", "物品", "exhibit"),
    ("search.of.lead", "线索", "lead"),
)  # fmt: skip
