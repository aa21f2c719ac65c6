"""Records what agents knew, did and got each day, under names that a backend can replay."""

from datetime import timedelta

from hourglass_policy.catalogue import LANGUAGES

from hourglass_sim.engine.agents import HourglassModel, UserAgent
from hourglass_sim.engine.world import PERK_BITS, make_world

EVENING = (
    "heritage", "earned_total", "counted_days", "ratio", "xp", "level", "perks", "protections_used", "streak", "longest_streak",
    "perfect_streak", "perfect_days", "victory_run", "days_without_victory", "season", "seasons_met", "phoenix", "days_in_phoenix",
    "days_since_exit", "phoenix_exits", "phoenix_entered", "comebacks", "early_bird", "night_owl", "goals_completed", "proofs",
    "reward_xp", "reward_centigrains", "earned", "evaporated", "topped_up", "rewarded", "opened", "hour", "proofs_today",
    "boosts_sent", "boosts_received", "transfusions_sent", "transfusions_received", "comments",
    "seasonal_events", "eggs_found", "challenges_joined", "challenges_won", "event_days",
)  # fmt: skip
PERK_OF = {bit: name for name, bit in PERK_BITS.items()}
WORDS = ("unlocked_low", "unlocked_high", "unlocked_top")


class RecordingAgent(UserAgent):
    """A user who writes down each day."""

    def step(self) -> None:
        self.now = {}
        super().step()
        self.now |= {name: getattr(self, name) for name in EVENING}
        bits = [(getattr(self, word) >> k) & 1 for word in WORDS for k in range(60)]
        self.now["achievements"] = [number for number, bit in enumerate(bits) if bit]
        self.model.recording.setdefault(self.user, []).append(self.now)

    def notify(self) -> None:
        super().notify()
        self.now |= {"usual_hour": self.usual_hour, "openings": self.openings, "days_since_open": self.absent_days}
        self.now |= {"ignored": self.ignored, "age_days": self.age_days, "u": self.u_policy, "opted_out": self.opted_out}
        self.now |= {"hours": [self.hour_1, self.hour_2], "weekday": self.model.today.weekday}
        self.now["date"] = str(self.model.world.scenario.start + timedelta(days=self.model.today.day))

    def together(self) -> dict:
        """The reserve, what was sent and what arrived, as a backend is told."""
        acts = (("boost", self.boosts_today), ("comment", self.comments_today), ("transfusion", self.transfusions_today))
        sent = [{"type": kind, "id": f"{kind}{k}", "to": "somebody"} for kind, n in acts for k in range(n)]
        g = self.model.world.scenario.resolved_policy.rules.grains
        worth = (
            ("boost", self.boost_in, g.boost_benefit_centigrains),
            ("transfusion", self.transfusion_in, g.transfusion_centigrains),
        )
        arrivals = [
            {"type": kind, "id": f"{kind}{self.model.today.day}.{k}", "centigrains": each}
            for kind, total, each in worth
            for k in range(total // max(each, 1))
        ]
        self.now |= {"egg": bool(self.found_egg), "awards": []}
        return {"reserve": self.reserve / 100, "sent": sent, "arrivals": arrivals}

    def settle(self) -> None:
        goals = self.model.world.scenario.resolved_policy.catalogue.goals.goals
        picked = [k for k in range(len(self.picked)) if self.picked[k]]
        titles = [goals[self.title[k]].title(LANGUAGES[self.language]) for k in picked]
        done = [title for k, title in zip(picked, titles, strict=True) if self.done[k]]
        self.now |= {"titles": titles, "completed": done, "shares": [self.share[k] for k in picked]}
        self.now |= {"paid": [self.paid[k] for k in picked], "lost": [self.lost[k] for k in picked]}
        self.now |= self.together()
        super().settle()


class RecordingModel(HourglassModel):
    """A model that writes down what challenges award."""

    def _pay(self, changes) -> None:
        super()._pay(changes)
        for user, days in self.recording.items():
            if changes["challenges_joined"][user]:
                perk = PERK_OF.get(int(changes["perks"][user]), "")
                award = {"won": bool(changes["challenges_won"][user]), "perk": perk}
                award |= {"xp": int(changes["reward_xp"][user]), "centigrains": int(changes["reward_centigrains"][user])}
                days[-1]["awards"].append(award)


def recorded(scenario) -> dict:
    """The recording of a scenario as `replay_days` reads it: {"users": [{"user", "language", "days": [...]}]}."""
    model = RecordingModel(make_world(scenario), RecordingAgent, digest=False)
    model.recording = {}
    model.advance(scenario.days)
    users = [
        {"user": user, "language": LANGUAGES[model.users[user].language], "days": days} for user, days in model.recording.items()
    ]
    return {"users": users}
