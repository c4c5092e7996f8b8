"""Writes the onnxruntime-genai folder from the last checkpoint: python3 -m language_model.export [folder] [checkpoint]"""

import json
import random
import sys
from pathlib import Path

import torch

import domain
from embedder.knowledge import accounts
from language_model import bpe, tools
from language_model.dialogues import dialogue, rounds
from language_model.graph import write
from language_model.llama import ROTARY_BASE, Llama
from language_model.train import FOLDER, WORK, tokenizer
from wordings_fresh import FRESH

POSITIONS, LONGEST_ANSWER = 1024, 64
TEMPLATE = ("{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n' }}{% endfor %}"
            "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}")
TEXTS = ["", " ", "hello", "what is my balance", "your balance is $12.40. it is due on march 3.", "this is [name_1], my account is [account_2]",
         "don't  I'M  you're\n\n next line ", "Großer Café – 你好 👋", "Cafe\u0301 x_1 3½", "[name_9] [card_1][card_2] <|im_end|>\n", '<tool_call>\n{"name":"change_plan","arguments":{"plan":"gold 50"}}\n</tool_call>', "  leading and trailing  ", "tabs\tand\r\nbreaks"]


def _json(folder, name, content):
    (folder / name).write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf8")


def configuration(shape, vocab):
    end, start, pad = vocab["<|im_end|>"], vocab["<|im_start|>"], vocab["<|endoftext|>"]
    return {
        "model": {
            "type": "llama", "bos_token_id": start, "eos_token_id": end, "pad_token_id": pad, "vocab_size": shape["vocab"], "context_length": POSITIONS,
            "decoder": {
                "session_options": {"log_id": "onnxruntime-genai", "provider_options": []},
                "filename": "model.onnx", "head_size": shape["width"] // shape["heads"], "hidden_size": shape["width"],
                "num_attention_heads": shape["heads"], "num_hidden_layers": shape["layers"], "num_key_value_heads": shape["kv_heads"],
                "inputs": {"input_ids": "input_ids", "attention_mask": "attention_mask",
                           "past_key_names": "past_key_values.%d.key", "past_value_names": "past_key_values.%d.value"},
                "outputs": {"logits": "logits", "present_key_names": "present.%d.key", "present_value_names": "present.%d.value"},
            },
        },
        "search": {
            "diversity_penalty": 0.0, "do_sample": False, "early_stopping": True, "length_penalty": 1.0, "max_length": POSITIONS, "min_length": 0,
            "no_repeat_ngram_size": 0, "num_beams": 1, "num_return_sequences": 1, "past_present_share_buffer": True, "repetition_penalty": 1.0,
            "temperature": 1.0, "top_k": 1, "top_p": 1.0,
        },
    }


def reference(model, tok):
    """Token ids of awkward texts, and greedy answers with the first step's best logits, for tests in C#."""
    r, prompts = random.Random(11), []
    for kind, history, index in (("balance", 0, 0), ("plan", 2, 1), ("roam", 0, 0), ("roam", 0, -2), ("refund", 1, -1), ("greet", 0, 0), ("yes", 1, 0), ("yes", 2, 1)):
        d = dialogue(r, "values", history)
        while d.turns[-1].kind != kind or len(rounds(d)) < (2 if index else 1):
            d = dialogue(r, "values", history)
        text, wanted = rounds(d)[index]
        ids, answer = tok.encode(text), []
        with torch.no_grad():
            first = model(torch.tensor([ids]))[0, -1]
            while len(answer) < LONGEST_ANSWER:
                best = int(model(torch.tensor([ids + answer]))[0, -1].argmax())
                answer.append(best)
                if best == tok.vocab["<|im_end|>"]:
                    break
        top = first.topk(5)
        prompts.append({"prompt": text, "prompt_ids": ids, "answer_ids": answer, "answer": tok.decode(answer[:-1]),
                        "expected": wanted, "first_top5": [[int(i), round(float(v), 5)] for v, i in zip(*top)]})
    return {"texts": [{"text": t, "ids": tok.encode(t)} for t in TEXTS], "prompts": prompts, "questions": questions()}


def questions(count=300):
    """Single questions of the sample's first customer with unseen wordings, then the free ones, and the sample's right answers."""
    facts = dict(zip(domain.FACT_LABELS, accounts()[0]["facts"].values()))
    private = {f"[{k}_1]": facts[k] for k in ("name", "account", "card")}
    facts |= {k: f"[{k}_1]" for k in ("name", "account", "card")}
    r, asked = random.Random(5), {}
    while len(asked) < count:
        intent = r.choice(domain.intents())
        text = domain.question(r, "wordings", intent, private).redacted
        if "[account_2]" not in text:  # another account: none of today's business
            asked[text] = ("wordings", intent)
    asked |= {text: ("fresh", intent) for intent, lines in FRESH.items() for text in lines}

    def answer(intent):
        if intent in domain.FACT_LABELS:
            return domain.fact_answer(intent, tools.fact_result(intent, facts, True)[1])
        return domain.article(None, intent)[1] if domain.kind(intent) == "article" else domain.smalltalk_answer(intent, facts["name"])

    return [{"split": split, "kind": domain.kind(intent), "text": text, "answer": answer(intent)} for text, (split, intent) in asked.items()]


def main():
    torch.set_num_threads(1)
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    tok, saved = tokenizer(), torch.load(Path(sys.argv[2]) if len(sys.argv) > 2 else WORK / "model.pt")
    model = Llama(**saved["shape"])
    model.load_state_dict(saved["weights"])
    model.eval()
    write({k: v.numpy() for k, v in saved["weights"].items()}, saved["shape"], POSITIONS, ROTARY_BASE, folder / "model.onnx")
    bpe.save(tok, folder / "tokenizer.json")
    _json(folder, "genai_config.json", configuration(saved["shape"], tok.vocab))
    token = lambda content: {"content": content, "lstrip": False, "normalized": False, "rstrip": False, "single_word": False}
    _json(folder, "special_tokens_map.json", {"bos_token": token("<|im_start|>"), "eos_token": token("<|im_end|>"), "pad_token": token("<|endoftext|>")})
    _json(folder, "tokenizer_config.json", {
        "tokenizer_class": "PreTrainedTokenizerFast", "bos_token": "<|im_start|>", "eos_token": "<|im_end|>", "pad_token": "<|endoftext|>", "unk_token": None,
        "add_bos_token": False, "add_prefix_space": False, "clean_up_tokenization_spaces": False, "model_max_length": POSITIONS, "chat_template": TEMPLATE,
        "added_tokens_decoder": {str(tok.vocab[t]): {**token(t), "special": t.startswith("<")} for t in tok.added}})
    _json(folder, "reference.json", reference(model, tok))
    print(f"step {saved['step']}: {(folder / 'model.onnx').stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
