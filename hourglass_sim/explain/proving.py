"""The photos of a day: honest or fake, their two scores against the thresholds, and what that makes of the goals."""

from hourglass_policy.rules import proof_verdict

from hourglass_sim.explain.doing import title_of
from hourglass_sim.explain.lines import Teller, counted
from hourglass_sim.people.proving import is_fake_proof, proof_scores

THRESHOLDS = ("proofs.inappropriate_above", "proofs.similarity_above")


def tell_proofs(t: Teller) -> None:
    """Every photo's scores and verdict, and how many count."""
    t.stage("claims")
    for k in range(len(t["picked"])):
        told = t.stage(f"proof_{k}")
        if told and t["claimed"][k]:
            _tell_proof(t, k)
    if t.stage("proofs_counted") and t["proofs_uploaded"]:
        text = f"{counted(t['proofs_today'], 'photo is', 'photos are')} accepted"
        wrong = [("honest", "refused", t["honest_refused"]), ("fake", "accepted", t["fakes_accepted"])]
        text += "".join(f"; {n} {kind} {verdict}" for kind, verdict, n in wrong if n)
        t.say("act", text, "proofs_today", rule=proof_verdict, parameters=THRESHOLDS)


def _tell_proof(t: Teller, k: int) -> None:
    people, rules = t.group("people.proofs"), t.rules.proofs
    if t["proof"][k]:
        reads = t.replay.stages[f"proof_{k}"].reads
        u_fake, u_content, u_similarity = (reads[f"u_proof_of[{n}]"] for n in range(3))
        fake = is_fake_proof(u_fake, people)
        content, similarity = proof_scores(fake, u_content, u_similarity, people)
        verdict = "accepted" if t["proof"][k] % 2 else "refused"
        reason = (
            "" if verdict == "accepted" else ": inappropriate" if content > rules.inappropriate_above else ": too unlike its goal"
        )
        text = (
            f"{'a fake' if fake else 'an honest'} photo of {title_of(t, k)!r} is {verdict}{reason}; inappropriate {content:.2f} "
        )
        text += f"(refused above {rules.inappropriate_above:g}), like its goal {similarity:.2f} (accepted above {rules.similarity_above:g})"
        names = [*THRESHOLDS, "proofs.fake_share"]
        t.say("act", text, value=t["proof"][k], rule=proof_verdict, parameters=names)
    if t["claimed"][k] and not t["done"][k]:
        text = f"{title_of(t, k)!r} counts as missed: no photo of it was accepted"
        t.say("act", text, value=0, rule=proof_verdict, parameters=["proofs.required"])
