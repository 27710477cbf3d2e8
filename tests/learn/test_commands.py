"""The commands' JSON is the contract's."""

from service.cli.evaluate import as_lines as evaluation_lines
from service.cli.evaluate import document as evaluation_document
from service.cli.scorers import document as scorer_document
from service.cli.train import as_lines, document
from service.learn.train import Plan
from service.services import Services
from tests.learn.colours import judged_colours

ROW = {"scorer", "split", "pairs", "rmse", "mse", "mae", "r2", "pearson", "tau_c", "tau_b", "auc",
       "ece"}  # fmt: skip


def test_train_and_evaluate_speak_the_contract(services: Services) -> None:
    """Exactly the names that the contract fixes, with a row for each scorer and split."""
    judged_colours(services)
    plan = Plan(kinds=("constant", "cosine"), splits=("grouped", "strict", "70:30"))
    outcome = services.learning.train(plan, publish=True)
    told = document(outcome)
    assert set(told) == {"table", "control", "excluded", "published", "with_captions"}
    assert all(set(row) == ROW for row in told["table"])
    assert set(told["control"]) > ROW
    assert [(row["scorer"], row["split"]) for row in told["table"]] == [
        (scorer, split)
        for split in ("grouped", "strict", "70:30")
        for scorer in ("constant", "cosine")
    ]
    assert set(told["excluded"]) == {"pictures", "pairs", "reasons"}
    assert told["published"] == outcome.stored["cosine"]
    assert "Published: scorer" in as_lines(outcome)
    evaluation = services.learning.evaluate()
    known = evaluation_document(evaluation)
    assert set(known) == {"encoder", "scorer", "retrieval", "judgements"}
    assert set(known["judgements"]) == ROW
    assert set(known["retrieval"]) == {
        "queries", "refused", "gallery", "recall_at_1", "recall_at_5", "recall_at_10", "mrr",
        "ndcg_at_10",
    }  # fmt: skip
    assert "recall_at_1" in evaluation_lines(evaluation)
    assert scorer_document(services.learning.listed()[0])["state"] in {"trained", "published"}
