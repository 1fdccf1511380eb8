"""Duties: what people do beside the steps of the machines, and which roles a campaign gives each of them to.

The engine asks for a duty by its name; which roles have it is the campaign's data (`[[duties]]`), so that a campaign
with other offices and other role names needs no programmer. A definition must give every duty to somebody.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from workflows.text import Text

DUTIES: Final[Mapping[str, Text]] = {
    "receive_leads": Text("登记线索", "register leads"),
    "oversee": Text("查看全部线索", "see every lead"),
    "dispatch_leads": Text("分办线索", "pass leads on to agencies"),
    "sign_orders": Text("签发督办文书", "sign supervision orders"),
    "link_leads": Text("关联线索", "link leads"),
    "widen_knowledge": Text("决定扩大知悉范围", "let more agencies know of a lead"),
    "open_identities": Text("启封举报人身份", "open who reported"),
    "ask_partners": Text("向其他单位发出协同事项", "ask other agencies for work"),
    "propose_transfers": Text("提出案件移送", "propose a criminal transfer"),
    "handle_parties": Text("登记和启封当事人信息", "register and open parties"),
    "collect_items": Text("登记和交接涉案物品", "register items and hand them over"),
    "propose_rules": Text("提出分办规则", "propose routing rules"),
    "sign_rules": Text("签发分办规则", "sign routing rules"),
    "report": Text("报送本单位报告", "submit the unit's reports"),
    "compile_reports": Text("汇总报告", "compile reports"),
    "move_clock": Text("推进演练时钟", "move the clock of an exercise"),
    "run_campaign": Text("发布方案、开设专项行动", "publish definitions and open campaigns"),
    "manage_people": Text("管理人员和账户", "manage people and accounts"),
    "lead_unit": Text("主持本单位工作", "lead the unit"),
    "answer_for_unit": Text(
        "在某角色无人时代为接收通知", "be told where nobody holds the role that should be"
    ),
    "work_on_cases": Text("承办并知晓时限变化", "work on cases and hear when their deadlines change"),
    "operate": Text("运行维护", "operate the system"),
}
"""Every duty the engine asks for, in words for people."""
