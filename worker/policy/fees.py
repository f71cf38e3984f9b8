"""Free or paid: the published support policy as rules, the first that applies wins (POLICY "The fee decision").

A money word needs certainty over everything the mail may be about: the probabilities of all categories that would lead
to the same word are added up, and a website request counts for a word only if its whole effort range does. What the
model learned of money words directly must agree.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from worker.model import Category, Classification, Effort, Fee, FeeDecision, FeeRule, Known, Language
from worker.settings import FeePolicy

INCIDENTS = frozenset({Category.EMAIL_INCIDENT, Category.HOSTING_INCIDENT, Category.DOMAIN_INCIDENT})
FREE_CATEGORIES = frozenset({Category.STAFF_TRAINING, Category.MARKETING_INFORMATION, Category.PROGRAMME})
NAMED_PAID_CATEGORIES = frozenset(
    {Category.NEW_FEATURE, Category.ADDITIONAL_DESIGN, Category.ADVANCED_TRAINING, Category.MARKETING_CONSULTING}
)

CATEGORY_SHARE = 0.3


def decide_fee(found: Classification, known: Known, policy: FeePolicy) -> FeeDecision:
    """The fee of a request, with the rule that decided; `review` where category or effort is not certain enough to say."""
    if _is_no_request(found, policy):
        return FeeDecision(Fee.NONE, FeeRule.NOT_A_REQUEST)
    if known.customer is None:
        return FeeDecision(Fee.REVIEW, FeeRule.UNKNOWN_SENDER)
    if found.flags:
        return FeeDecision(Fee.REVIEW, FeeRule.FLAGGED, ", ".join(found.flags))
    return _by_certainty(found, known, policy)


def _is_no_request(found: Classification, policy: FeePolicy) -> bool:
    sure = certainty(found, Fee.NONE, _chances(found).get(Category.NOT_A_REQUEST, 0.0))
    return not found.flags and sure >= policy.certainty_no_request


def _by_certainty(found: Classification, known: Known, policy: FeePolicy) -> FeeDecision:
    mass: dict[Fee, float] = defaultdict(float)
    for category, chance in _chances(found).items():
        mass[_rule(category, found.effort, known, policy).fee] += chance
    decided = _rule(found.category, found.effort, known, policy)
    needed = {Fee.FREE: policy.certainty_free, Fee.PAID: policy.certainty_paid}.get(decided.fee)
    if needed is None:
        return FeeDecision(Fee.REVIEW, FeeRule.UNCERTAIN, decided.detail)
    sure = certainty(found, decided.fee, mass[decided.fee])
    if sure < needed:
        return FeeDecision(Fee.REVIEW, FeeRule.UNCERTAIN, f"{decided.fee.value} by {sure:.0%} only")
    if known.similar_work and decided.rule is not FeeRule.INCIDENT:  # an incident is free with or without a warranty
        return FeeDecision(Fee.REVIEW, FeeRule.UNCERTAIN, f"perhaps warranty on {', '.join(known.similar_work)}")
    return decided


def _chances(found: Classification) -> Mapping[Category, float]:
    return found.probabilities or {found.category: found.probability}


def certainty(found: Classification, fee: Fee, mass: float) -> float:
    """How certain a money word is: by what the mail may be about (`mass`), and by what was learned of money itself.

    The two make different mistakes, so their weighed geometric mean is surer than either (see worker/learning/README.md).
    """
    if not found.money:
        return mass
    return float(mass**CATEGORY_SHARE * found.money.get(fee, 0.0) ** (1 - CATEGORY_SHARE))


def _rule(category: Category, effort: Effort, known: Known, policy: FeePolicy) -> FeeDecision:
    """What the policy says of a category, if it is that. One sentence of the policy, one `if`."""
    if category is Category.WARRANTY:
        if known.earlier_work:
            return FeeDecision(Fee.FREE, FeeRule.WARRANTY)
        return FeeDecision(Fee.REVIEW, FeeRule.UNCERTAIN, "warranty is claimed, the earlier work was not found")
    if not known.under_contract or category is Category.OUT_OF_CONTRACT:
        return _out_of_contract(category, known)
    if category in INCIDENTS:
        return FeeDecision(Fee.FREE, FeeRule.INCIDENT)
    if category in FREE_CATEGORIES:
        return FeeDecision(Fee.FREE, FeeRule.FREE_CATEGORY)
    if category in NAMED_PAID_CATEGORIES and policy.named_paid_categories_ignore_threshold:
        return FeeDecision(Fee.PAID, FeeRule.NAMED_PAID_CATEGORY)
    if category is Category.NOT_A_REQUEST:
        return FeeDecision(Fee.REVIEW, FeeRule.UNCERTAIN, "perhaps no request")
    return _by_time(effort, policy)


def _out_of_contract(category: Category, known: Known) -> FeeDecision:
    """Paid where the contract has ended; whose a service is that we do not look after, a person decides."""
    if not known.under_contract and category is not Category.NOT_A_REQUEST:
        return FeeDecision(Fee.PAID, FeeRule.OUT_OF_CONTRACT, "the contract has ended")
    return FeeDecision(Fee.REVIEW, FeeRule.UNCERTAIN, "outside the contract?")


def _by_time(effort: Effort, policy: FeePolicy) -> FeeDecision:
    """Under an hour free, over it paid; exactly the limit counts in the customer's favour. The whole range must agree."""
    if effort.high <= policy.free_up_to_minutes:
        return FeeDecision(Fee.FREE, FeeRule.WITHIN_THRESHOLD)
    if effort.low > policy.free_up_to_minutes:
        return FeeDecision(Fee.PAID, FeeRule.OVER_THRESHOLD)
    return FeeDecision(Fee.REVIEW, FeeRule.UNCERTAIN, f"{effort.low} to {effort.high} minutes")


_REASONS: Mapping[FeeRule, tuple[str, str]] = {
    FeeRule.WARRANTY: (
        "VINNO bảo hành không giới hạn thời gian các sự cố đã xử lý.",
        "VINNO keeps an unlimited warranty on what it has handled.",
    ),
    FeeRule.INCIDENT: (
        "Theo chính sách hỗ trợ, VINNO xử lý miễn phí mọi sự cố về email, hosting và tên miền cho khách hàng.",
        "Under our support policy, VINNO handles every incident with email, hosting and domain names free of charge.",
    ),
    FeeRule.FREE_CATEGORY: (
        "Nội dung này thuộc phần hỗ trợ miễn phí trong chính sách hỗ trợ của VINNO.",
        "This belongs to the free part of VINNO's support policy.",
    ),
    FeeRule.WITHIN_THRESHOLD: (
        "Theo chính sách hỗ trợ, các yêu cầu cần không quá 1 giờ làm việc được VINNO xử lý miễn phí.",
        "Under our support policy, requests that take no more than one working hour are free of charge.",
    ),
    FeeRule.NAMED_PAID_CATEGORY: (
        "Theo chính sách hỗ trợ, nội dung này thuộc phần hỗ trợ có phí.",
        "Under our support policy, this kind of work is charged.",
    ),
    FeeRule.OVER_THRESHOLD: (
        "Theo chính sách hỗ trợ, công việc cần hơn 1 giờ làm việc thuộc phần hỗ trợ có phí.",
        "Under our support policy, work that takes more than one working hour is charged.",
    ),
    FeeRule.OUT_OF_CONTRACT: (
        "Theo chính sách hỗ trợ, hỗ trợ ngoài hợp đồng thuộc phần hỗ trợ có phí.",
        "Under our support policy, support outside the contract is charged.",
    ),
}


def reason(decision: FeeDecision, language: Language) -> str:
    """The sentence of the policy behind a money word; empty where no money word is said."""
    if decision.fee not in {Fee.FREE, Fee.PAID}:
        return ""
    vietnamese, english = _REASONS.get(decision.rule, ("", ""))
    return vietnamese if language is Language.VI else english
