"""The day, in order: every stage once, with its scalar function, what it reads and what it writes.

Both engines run this list. A name that is a column is the user's own; `goal_habit[1]` is one of several; `grains_ring[today.slot]`
is indexed by one of today's facts; `today.…`, `rules.…`, `people.…`, `tables.…` and `policy` are inputs; a number is itself.
With `when`, a stage runs only for users whose column is not 0; scratch columns that it would write are then 0.
"""

from collections.abc import Callable
from functools import cache

from hourglass_policy.catalogue.counters import CATEGORIES
from hourglass_policy.decisions import NotificationPolicy
from hourglass_policy.rules import day_xp, event_xp

from hourglass_sim.engine import achieving, meeting, steps
from hourglass_sim.engine.declaring import OPENED, Stage, draws, each, five, goal_facts, stage
from hourglass_sim.engine.stages_together import celebrate, look_ahead, meet, prove, receive
from hourglass_sim.engine.state import AMOUNTS
from hourglass_sim.people import acting, birth, feeling, opening
from hourglass_sim.people.meeting import privacy_of

CHAPTERS = (
    "arrive", "notify", "open_app", "commit", "act", "meet", "settle", "seasons", "progress", "achieve", "feel", "leave",
)  # fmt: skip
_COLUMNS = {  # counter of the catalogue -> column
    "goals_completed": "goals_completed", "perfect_days": "perfect_days", "perfect_days_streak": "perfect_streak",
    "streak": "streak", "grains_earned": "earned_total", "heritage": "heritage", "ratio": "ratio", "level": "level",
    "phoenix_exits": "phoenix_exits", "seasons_seen": "seasons_met", "days_on_app": "age_days", "proofs": "proofs",
    "boosts_sent": "boosts_sent", "boosts_received": "boosts_received", "transfusions_sent": "transfusions_sent",
    "transfusions_received": "transfusions_received", "comments": "comments",
    "seasonal_events": "seasonal_events", "eggs_found": "eggs_found", "challenges_joined": "challenges_joined",
    "challenges_won": "challenges_won",
    "comebacks": "comebacks", "early_bird": "early_bird", "night_owl": "night_owl",
    "achievements_unlocked": "achievements_unlocked",
    **{f"goals_{name}": f"goals_in[{c}]" for c, name in enumerate(CATEGORIES)},
}  # fmt: skip
COUNTERS = {name: _COLUMNS[name] for name in sorted(_COLUMNS, key=AMOUNTS.__contains__)}  # amounts stand last
NARROW_COUNTERS = "|".join(list(COUNTERS.values())[: achieving.NARROW])
AMOUNT_COUNTERS = "|".join(list(COUNTERS.values())[achieving.NARROW :])
WAITED_FOR = [f"next_threshold[{c}]" for c in range(achieving.NARROW)] + [f"next_amount[{c}]" for c in range(len(AMOUNTS))]
WAITING = "next_threshold[*] next_amount[*]"


def arrive(slots: int) -> list[Stage]:
    """Who is here; on the first day, who they are; the morning's grains; spells of absence."""
    spare = "u_spare[0] u_spare[1] u_spare[2] u_spare[3]"
    listed = [
        stage("arrive", "presence", steps.presence, "today.day arrival_day gone last_open", "present age_days absent_days is_new"),
        stage("arrive", "own_weekday", steps.weekday_of_sign_up, "is_new today.weekday own_weekday", "own_weekday is_own_weekday"),
        draws("arrive", 100, spare, "today.birth", "is_new"),
        stage("arrive", "kind", birth.kind,
              "u_spare[0] u_spare[1] u_spare[2] people.world.p_french people.personas.share_up_to people.hours.chronotype_up_to",
              "persona language chronotype", "is_new"),
        stage("arrive", "peak_hour", birth.peak_hour, "chronotype people.hours.peak_hour", "peak_hour", "is_new"),
        draws("arrive", 101, spare, "today.birth", "is_new"),
        stage("arrive", "temperament", birth.temperament, f"persona {spare} people.personas",
              "openness ability sociability novelty_seeking", "is_new"),
        draws("arrive", 102, spare, "today.birth", "is_new"),
        stage("arrive", "staying", birth.staying, f"persona {spare} people.personas",
              "irritability leave_rate habit_rate motivation", "is_new"),
        draws("arrive", 103, spare, "today.birth", "is_new"),
        stage("arrive", "walk", birth.walk, "u_spare[0] u_spare[1] tables.titles.count", "title_start title_step", "is_new"),
        stage("arrive", "privacy", privacy_of, "u_spare[2] people.pacts", "privacy", "is_new"),
        stage("arrive", "settling_in", steps.settling_in, f"motivation {slots}",
              "motivation app_habit usual_hour usual_xp irritation novelty_1 novelty_2 in_spell last_open season seasons_seen "
              "days_since_exit phoenix days_without_victory titles_tried level", "is_new"),
    ]  # fmt: skip
    for k in range(slots):
        listed.append(
            stage("arrive", f"first_title_{k}", steps.first_titles, f"{k} title_start title_step language tables.titles",
                  goal_facts(k), "is_new")
        )  # fmt: skip
    listed.append(
        stage(
            "arrive",
            "thresholds",
            achieving.first_thresholds,
            f"{WAITING} tables.achievements",
            "unlocked_count",
            "is_new",
        )
    )
    return [
        *listed,
        stage("arrive", "morning", steps.morning,
              "present reward_xp reward_centigrains heritage xp perks today.weekday protections_used rules.grains rules.perks",
              "xp heritage rewarded reward_xp reward_centigrains potential protections_used"),
        *receive(),
        draws("arrive", 0, "u_spell u_open u_follow u_hour"),
        stage("arrive", "spell", opening.in_spell_next, "in_spell age_days u_spell people.absence", "in_spell"),
    ]  # fmt: skip


def notify(hours: Callable) -> list[Stage]:
    """What the policy (its `hours`) sends, what reaches the person, how strongly it pushes."""
    facts = "today.weekday usual_hour openings absent_days streak ignored phoenix age_days u_policy policy"
    push = "peak_hour opted_out people.prompting"
    return [
        draws("notify", 3, "u_policy u_leave u_opt_out u_replace"),
        stage("notify", "policy", hours, facts, "hour_1 hour_2"),
        stage("notify", "delivered", steps.delivered, "present opted_out hour_1 hour_2", "hour_1 hour_2 sent"),
        stage("notify", "push_1", opening.push, f"hour_1 novelty_1 {push}", "push_1"),
        stage("notify", "push_2", opening.push, f"hour_2 novelty_2 {push}", "push_2"),
    ]


def open_app() -> list[Stage]:
    """Whether the app is opened, when, and what the product learns from it."""
    person = "present in_spell age_days openness motivation app_habit streak run absent_days is_own_weekday irritation"
    decision = f"{person} push_1 push_2 today.rhythm u_open"
    return [
        stage("open_app", "open", opening.opens, f"{decision} people.opening", "opened"),
        stage("open_app", "history", steps.history, "opened today.day sent openings last_open run ignored active_word today.bit",
              "openings last_open run ignored active_word"),
        stage("open_app", "followed", opening.followed, "push_1 push_2 u_follow", "followed", OPENED),
        stage("open_app", "hour", opening.opening_hour, "followed hour_1 hour_2 chronotype u_hour people.hours", "hour", OPENED),
        stage("open_app", "usual_hour", opening.usual_hour_next, "usual_hour hour opened", "usual_hour", OPENED),
        stage("open_app", "occasions", steps.occasions, "hour absent_days openings comebacks early_bird night_owl rules.day",
              "returned comebacks early_bird night_owl", OPENED),
    ]  # fmt: skip


def commit(slots: int) -> list[Stage]:
    """Making a contract, picking goals, whether to look at the feed; sharing what the reserve leaves of the day's potential."""
    listed = [draws("commit", 1, "u_contract u_pick[0] u_pick[1] u_pick[2]", when=OPENED)]
    listed.append(draws("commit", 2, "u_done[0] u_done[1] u_done[2] u_proof", when=OPENED))
    if slots > 3:
        listed.append(draws("commit", 4, "u_pick[3] u_pick[4] u_done[3] u_done[4]", when=OPENED))
    listed.append(
        stage("commit", "contract", acting.makes_contract, "opened motivation u_contract people.choosing", "contract", OPENED)
    )
    for k in range(slots):
        listed.append(
            stage("commit", f"wanted_{k}", acting.wants_goal, f"goal_habit[{k}] motivation u_pick[{k}] people.choosing",
                  f"wanted[{k}]", OPENED)
        )  # fmt: skip
    picked = acting.picked_goals if slots == 5 else acting.picked_of_three
    listed.append(
        stage("commit", "picked", picked, f"contract {each('wanted', slots)} rules.grains.max_goals",
              f"{each('picked', slots)} goals", OPENED)
    )  # fmt: skip
    listed += look_ahead()
    for k in range(slots):
        listed.append(
            stage("commit", f"age_{k}", steps.goal_age, f"picked[{k}] first_use[{k}] last_use[{k}] today.day rules.devaluation",
                  f"first_use[{k}] last_use[{k}] phase[{k}]", OPENED)
        )  # fmt: skip
    shares = steps.contract_shares if slots == 5 else steps.shares_of_three
    listed.append(
        stage("commit", "shares", shares, f"{each('picked', slots)} {each('goal_value', slots)} potential reserve",
              each("share", slots), OPENED)
    )  # fmt: skip
    return listed


def act(slots: int) -> list[Stage]:
    """How near the next level is, completing goals and the habit that follows, what each is worth, proofs."""
    listed = [stage("act", "closeness", steps.closeness_to_level, "xp level tables.levels.thresholds", "closeness", OPENED)]
    for k in range(slots):
        listed.append(
            stage("act", f"done_{k}", acting.completes,
                  f"picked[{k}] goals ability goal_difficulty[{k}] motivation goal_habit[{k}] closeness u_done[{k}] people.completing",
                  f"claimed[{k}]", OPENED)
        )  # fmt: skip
    listed += prove(slots)
    for k in range(slots):
        listed.append(
            stage("act", f"outcome_{k}", steps.goal_outcome,
                  f"picked[{k}] done[{k}] share[{k}] phase[{k}] goal_is_micro[{k}] phoenix rules.devaluation rules.phoenix",
                  f"paid[{k}] lost[{k}]", OPENED)
        )  # fmt: skip
        listed.append(
            stage("act", f"goal_habit_{k}", feeling.goal_habit_next, f"goal_habit[{k}] picked[{k}] done[{k}] habit_rate people.habits",
                  f"goal_habit[{k}]", OPENED)
        )  # fmt: skip
        listed.append(
            stage("act", f"replaces_{k}", acting.replaces_goal,
                  f"{k} {slots} opened novelty_seeking phase[{k}] titles_tried tables.titles.count u_replace people.choosing",
                  f"replace[{k}]", OPENED)
        )  # fmt: skip
    return [
        *listed,
        stage("act", "sums", steps.five_sums, f"{five('done', slots)} {five('paid', slots)} {five('lost', slots)}",
              "victories earned evaporated", OPENED),
        *celebrate(),
        stage("act", "counted", steps.counted, "goals_completed victories proofs proofs_today", "goals_completed proofs"),
        *[
            stage("act", f"counted_in_{name}", steps.counted_in,
                  f"{c} goals_in[{c}] {each('done', slots)} {each('goal_category', slots)}", f"goals_in[{c}]")
            for c, name in enumerate(CATEGORIES)
        ],
    ]  # fmt: skip


def settle() -> list[Stage]:
    """The sync at 20:00: heritage, windows of 30 days, ratio, streaks."""
    return [
        stage("settle", "was_phoenix", steps.same, "phoenix", "was_phoenix"),
        stage("settle", "settlement", steps.settlement,
              "present opened phoenix earned evaporated arrived transfusion_out heritage earned_total counted_days rules.grains "
              "rules.phoenix",
              "topped_up heritage earned_total counted_days"),
        stage("settle", "grains_season", steps.rolled, "grains_30 grains_ring[today.slot_season] earned topped_up", "grains_30"),
        stage("settle", "grains_low", steps.rolled, "grains_low grains_ring[today.slot_low] earned topped_up", "grains_low"),
        stage("settle", "grains_exit", steps.rolled, "grains_exit grains_ring[today.slot_exit] earned topped_up", "grains_exit"),
        stage("settle", "grains_kept", steps.grains_today, "earned topped_up", "grains_ring[today.slot]"),
        stage("settle", "ratio", steps.ratio_today, "heritage counted_days age_days rules.ratio rules.grains", "ratio"),
        stage("settle", "streaks", steps.streaks,
              "victories perks protections_used streak longest_streak victory_run days_without_victory rules.perks rules.xp",
              "protected protections_used streak longest_streak broken_streak victory_run days_without_victory streak_bonus"),
        stage("settle", "perfection", steps.perfection, "goals victories perfect_streak perfect_days",
              "perfect perfect_streak perfect_days"),
    ]  # fmt: skip


def seasons() -> list[Stage]:
    """Season of life and Phoenix mode."""
    return [
        stage("seasons", "season", steps.season_after, "present season seasons_seen seasons_met grains_30 age_days rules.seasons rules.xp",
              "season seasons_seen seasons_met new_seasons season_bonus"),
        stage("seasons", "phoenix", steps.phoenix_after,
              "present phoenix days_in_phoenix days_since_exit phoenix_exits grains_low grains_exit ratio "
              "ratio_ring[today.slot_ratio] days_without_victory victory_run age_days rules.phoenix",
              "phoenix days_in_phoenix days_since_exit phoenix_exits phoenix_entered phoenix_exited"),
        stage("seasons", "opened_days", steps.on_opened_days, "opened phoenix potential", "phoenix_opened potential_opened"),
        stage("seasons", "ratio_kept", steps.same, "ratio", "ratio_ring[today.slot]"),
    ]  # fmt: skip


def progress() -> list[Stage]:
    """XP, level, perks."""
    return [
        stage("progress", "xp", day_xp,
              "victories proofs_today boosts_today transfusions_in streak_bonus season_bonus rules.xp", "xp_of_acts"),
        stage("progress", "event_xp", event_xp, "xp_of_acts was_phoenix today.xp_factor today.xp_factor_phoenix", "xp_today"),
        stage("progress", "experience", steps.experience, "present xp xp_today level tables.levels.thresholds", "xp rises"),
        stage("progress", "level", steps.rise, "xp level tables.levels.thresholds", "level levels_today", "rises"),
        stage("progress", "perks", steps.perks_of_level, "perks level rules.perks", "perks"),
    ]  # fmt: skip


def achieve() -> list[Stage]:
    """Achievements, looked for only on evenings on which a counter reaches a threshold that could unlock one."""
    pairs = [f"{column} {waited}" for column, waited in zip(COUNTERS.values(), WAITED_FOR, strict=True)]
    starts = range(0, achieving.NARROW, achieving.DUE_TOGETHER)
    groups = [pairs[c : min(c + achieving.DUE_TOGETHER, achieving.NARROW)] for c in starts]
    amounts = pairs[achieving.NARROW :]
    known = "unlocked_low unlocked_high unlocked_top reward_xp reward_centigrains perks unlocked_count"
    return [
        *(
            stage("achieve", f"due_{g}", achieving.DUE[len(group) - 1], " ".join(group), f"due_of_group[{g}]")
            for g, group in enumerate(groups)
        ),
        stage("achieve", "due", achieving.is_due, f"{each('due_of_group', len(groups))} present {' '.join(amounts)}",
              "is_due due_of_amounts"),
        stage("achieve", "look", achieving.look,
              f"{each('due_of_group', len(groups))} due_of_amounts {NARROW_COUNTERS} {AMOUNT_COUNTERS} {WAITING} {known} "
              "tables.achievements", known, "is_due"),
        stage("achieve", "tonight", achieving.tonight, "unlocked_count achievements_unlocked", "unlocked_today achievements_unlocked"),
    ]  # fmt: skip


def feel(slots: int) -> list[Stage]:
    """What the day does to motivation, habits, novelty and patience; tiring of a goal.

    Joys and pains divide, and a processor makes one division at a time: the others stand between them.
    """
    listed = [
        stage("feel", "grain_joy", feeling.grain_joy, "earned phoenix people.feeling", "joy_of_grains"),
        stage("feel", "novelty_1", feeling.novelty_next, "novelty_1 hour_1 people.prompting", "novelty_1"),
        stage("feel", "novelty_2", feeling.novelty_next, "novelty_2 hour_2 people.prompting", "novelty_2"),
        stage("feel", "irritation", feeling.irritation_next, "irritation sent opened irritability people.prompting", "irritation"),
        stage("feel", "opt_out", feeling.opts_out, "opted_out sent irritation u_opt_out people.prompting", "opted_out"),
        stage("feel", "pain", feeling.loss_pain, "evaporated rules.grains.evaporation_debits_heritage broken_streak people.feeling",
              "pain"),
        stage("feel", "app_habit", feeling.app_habit_next, "app_habit opened people.habits", "app_habit"),
        stage("feel", "gift_joy", feeling.gift_joy, "opened unseen joy_of_grains people.feeling", "joy_of_gifts unseen"),
        stage("feel", "xp_joy", feeling.xp_joy, "xp_today usual_xp levels_today unlocked_today joy_of_gifts people.feeling", "joy"),
        stage("feel", "usual_xp", feeling.usual_xp_next, "usual_xp xp_today opened", "usual_xp"),
        stage("feel", "motivation", feeling.motivation_next, "motivation opened joy pain people.feeling", "motivation"),
    ]  # fmt: skip
    for k in range(slots):
        listed.append(
            stage("feel", f"next_title_{k}", steps.next_title, "titles_tried title_start title_step language tables.titles",
                  f"{goal_facts(k)} titles_tried", f"replace[{k}]")
        )  # fmt: skip
    return listed


def leave() -> list[Stage]:
    """Leaving for good."""
    return [
        stage("leave", "leaves", feeling.leaves, "present leave_rate app_habit motivation u_leave people.leaving", "left"),
        stage("leave", "departure", steps.departure, "left gone", "gone"),
        stage("leave", "feed", meeting.feed_stamp, "privacy left today.day", "feed[today.slot_today]", "victories"),
    ]


def the_day(policy: NotificationPolicy, slots: int) -> tuple[Stage, ...]:
    """Every stage in the order of the day, for a notification policy and a repertoire of `slots` goals."""
    return _the_day(policy.hours, slots)


@cache
def _the_day(hours: Callable, slots: int) -> tuple[Stage, ...]:
    return (
        *arrive(slots), *notify(hours), *open_app(), *commit(slots), *act(slots), *meet(), *settle(), *seasons(), *progress(),
        *achieve(), *feel(slots), *leave(),
    )  # fmt: skip
