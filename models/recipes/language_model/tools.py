"""The tools that the language model calls: how a call and its result read, and what each agent has."""

import json

import domain

CALL, CALL_END = "<tool_call>", "</tool_call>"
RESULT, RESULT_END = "<tool_response>", "</tool_response>"
MARKS = [CALL, CALL_END, RESULT, RESULT_END]
TOOLS = {
    "billing": ["look_up_account", "change_plan", "transfer_to_support"],
    "support": ["search_articles", "look_up_account", "transfer_to_billing"],
}
COMPANIONS = {"name": "account", "plan": "price", "price": "plan", "balance": "due", "due": "fee", "account": "name", "data": "plan", "card": "due", "fee": "due"}
NOTHING = "nothing found"
FOREIGN = "this is not the account of the caller"
UNCONFIRMED = "ask the caller to confirm first"
NO_PLAN = "there is no such plan"
BROKEN = "i am sorry, that did not work. please ask me again in a moment."


def call(name: str, **arguments) -> str:
    return f"{CALL}\n{json.dumps({'name': name, 'arguments': arguments}, separators=(',', ':'))}\n{CALL_END}"


def result(text: str) -> str:
    return f"{RESULT}\n{text}\n{RESULT_END}"


def system(agent: str, name: str | None) -> str:
    lines = [f"agent: {agent}"] + ([f"customer name: {name}"] if name else [])
    return "\n".join(lines) + "\n\ntools: " + ", ".join(TOOLS[agent])


def handed_over(agent: str) -> str:
    return f"The conversation is handed over to {agent}."


def failure(r, tool: str) -> str:
    """How the library answers a call that did not succeed."""
    status, message = r.choice([
        ("failed", f"The tool '{tool}' failed with {r.choice(['InvalidOperationException', 'IOException', 'HttpRequestException', 'TimeoutException', 'ArgumentException'])}."),
        ("timed_out", f"The tool '{tool}' took longer than {r.choice([100, 200, 250, 500, 1000, 2000, 5000])} ms."),
        ("cancelled", "The turn ended before the call did. Its effect is unknown unless the tool has none."),
    ])
    return json.dumps({"status": status, "message": message}, separators=(",", ":"))


def fact_result(intent: str, values: dict, companion: bool) -> tuple[str, dict]:
    """(the tool's result, the facts in it): the fact, and the one that the answer's second sentence uses."""
    keys = [intent] + ([COMPANIONS[intent]] if companion and intent in COMPANIONS else [])
    facts = {k: values[k] for k in keys}
    return "\n".join(f"{domain.FACT_LABELS[k]}: {v}" for k, v in facts.items()), facts
