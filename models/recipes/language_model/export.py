"""Writes the onnxruntime-genai folder from the last checkpoint: python3 -m language_model.export"""

import json
import random

import torch

from language_model.dialogues import dialogue, prompt
from language_model.graph import write
from language_model.llama import ROTARY_BASE, Llama
from language_model.train import FOLDER, WORK, tokenizer

POSITIONS, LONGEST_ANSWER = 1024, 64
TEMPLATE = ("{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n' }}{% endfor %}"
            "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}")
TEXTS = ["", " ", "hello", "what is my balance", "your balance is $12.40. it is due on march 3.", "this is [name_1], my account is [account_2]",
         "don't  I'M  you're\n\n next line ", "Großer Café – 你好 👋", "Cafe\u0301 x_1 3½", "[name_9] [card_1][card_2] <|im_end|>\n", "  leading and trailing  ", "tabs\tand\r\nbreaks"]


def _json(name, content):
    (FOLDER / name).write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf8")


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
    for agent, history in (("billing", 0), ("billing", 2), ("support", 0), ("support", 1), ("smalltalk", 0)):
        d = dialogue(r, "values", history)
        while not d.system.startswith(f"agent: {agent}") or d.turns[-1].kind == "refusal":
            d = dialogue(r, "values", history)
        text = prompt(d.system, d.turns)
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
                        "expected": d.turns[-1].answer, "first_top5": [[int(i), round(float(v), 5)] for v, i in zip(*top)]})
    return {"texts": [{"text": t, "ids": tok.encode(t)} for t in TEXTS], "prompts": prompts}


def main():
    torch.set_num_threads(1)
    tok, saved = tokenizer(), torch.load(WORK / "model.pt")
    model = Llama(**saved["shape"])
    model.load_state_dict(saved["weights"])
    model.eval()
    write({k: v.numpy() for k, v in saved["weights"].items()}, saved["shape"], POSITIONS, ROTARY_BASE, FOLDER / "model.onnx")
    _json("genai_config.json", configuration(saved["shape"], tok.vocab))
    token = lambda content: {"content": content, "lstrip": False, "normalized": False, "rstrip": False, "single_word": False}
    _json("special_tokens_map.json", {"bos_token": token("<|im_start|>"), "eos_token": token("<|im_end|>"), "pad_token": token("<|endoftext|>")})
    _json("tokenizer_config.json", {
        "tokenizer_class": "PreTrainedTokenizerFast", "bos_token": "<|im_start|>", "eos_token": "<|im_end|>", "pad_token": "<|endoftext|>", "unk_token": None,
        "add_bos_token": False, "add_prefix_space": False, "clean_up_tokenization_spaces": False, "model_max_length": POSITIONS, "chat_template": TEMPLATE,
        "added_tokens_decoder": {str(tok.vocab[t]): {**token(t), "special": t.startswith("<")} for t in tok.added}})
    _json("reference.json", reference(model, tok))
    print(f"step {saved['step']}: {(FOLDER / 'model.onnx').stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
