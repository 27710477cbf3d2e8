"""A text tower of sentence-transformers small enough for a test: a BERT drawn by chance."""

import json
from pathlib import Path

import torch
from transformers import BertConfig, BertModel

WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "red", "blue", "dog", "car", "runs"]
MODULES = {"": "Transformer", "1_Pooling": "Pooling"}


def write(folder: Path) -> Path:
    """A sentence-transformers folder with a BERT of two layers, drawn by chance."""
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(WORDS),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=48,
        max_position_embeddings=64,
    )
    BertModel(config).save_pretrained(folder)
    (folder / "vocab.txt").write_text("\n".join(WORDS) + "\n")
    documents = {
        "modules.json": [
            {
                "idx": at,
                "name": str(at),
                "path": path,
                "type": f"sentence_transformers.models.{name}",
            }
            for at, (path, name) in enumerate(MODULES.items())
        ],
        "1_Pooling/config.json": {"word_embedding_dimension": 32, "pooling_mode_mean_tokens": True},
        "sentence_bert_config.json": {"max_seq_length": 16, "do_lower_case": False},
        "tokenizer_config.json": {"tokenizer_class": "BertTokenizer", "do_lower_case": True},
    }
    (folder / "1_Pooling").mkdir()
    for name, document in documents.items():
        (folder / name).write_text(json.dumps(document))
    return folder
