"""The programme's words: what a report, a person and an award can be."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """What a report is about."""

    HAZARD = "hazard"
    VIOLATION = "violation"
    NEAR_MISS = "near_miss"
    SUGGESTION = "suggestion"


class Level(StrEnum):
    """How grave a hazard is: C, B, A are the plant's grades of 一般, MAJOR is 重大 by law."""

    C = "C"
    B = "B"
    A = "A"
    MAJOR = "major"


class Status(StrEnum):
    """Where a report is in its life."""

    REPORTED = "reported"
    QUERIED = "queried"
    ASSIGNED = "assigned"
    FIXED = "fixed"
    CLOSED = "closed"
    REJECTED = "rejected"
    DUPLICATE = "duplicate"
    WITHDRAWN = "withdrawn"
    VOID = "void"


OPEN = frozenset({Status.REPORTED, Status.QUERIED, Status.ASSIGNED, Status.FIXED})


class Action(StrEnum):
    """What can be done to a report."""

    SUBMIT = "submit"
    EDIT = "edit"
    DECLINE_JOINT = "decline_joint"  # 不是我: did not find it together with the reporter
    WITHDRAW = "withdraw"
    CLAIM = "claim"
    UNCLAIM = "unclaim"
    ADMIT = "admit"
    ADMIT_CLOSED = "admit_closed"  # 受理并办结: not for hazards
    FIXED_ON_SPOT = "fixed_on_spot"  # 当场已改
    REJECT = "reject"
    MERGE = "merge"
    QUERY = "query"
    ANSWER = "answer"
    QUERY_LAPSED = "query_lapsed"
    WRITE = "write"  # an officer writes to whoever reported it
    NOTE = "note"  # who writes back
    FIX = "fix"
    PART_FIX = "part_fix"
    PLAN = "plan"  # 五落实
    ASK_EXTENSION = "ask_extension"
    GRANT_EXTENSION = "grant_extension"
    REFUSE_EXTENSION = "refuse_extension"
    SET_DUE = "set_due"
    HAND_OVER = "hand_over"
    TAKE_OVER = "take_over"
    DECLINE_OVER = "decline_over"
    NOT_MINE = "not_mine"  # 不归我管
    KEEP_OWNER = "keep_owner"  # 还是归他
    REASSIGN = "reassign"
    PASS_ON = "pass_on"  # the owner has left: to the leader
    ACCEPT_FIX = "accept_fix"
    RETURN_FIX = "return_fix"
    CONFIRM = "confirm"
    REOPEN = "reopen"
    APPEAL = "appeal"
    UPHOLD = "uphold"
    DISMISS = "dismiss"
    CORRECT = "correct"
    VOID = "void"
    PROMOTE = "promote"  # a void original's first duplicate takes its place


class Point(StrEnum):
    """The five points (五落实) of a major hazard's plan, in their order."""

    DUTY = "duty"  # 责任
    MEASURES = "measures"  # 措施
    FUNDS = "funds"  # 资金
    TIME = "time"  # 时限, a local ISO date: the due date
    EMERGENCY = "emergency"  # 预案


class RejectReason(StrEnum):
    """Why a report is not admitted."""

    KNOWN = "known"  # 已知或处理中
    NO_HAZARD = "no_hazard"  # 不构成隐患
    UNCLEAR = "unclear"  # 描述不清
    OWN_DUTY = "own_duty"  # 属本职职责
    NOT_OURS = "not_ours"  # 非本单位
    OTHER = "other"  # 其他, with words


class Naming(StrEnum):
    """Who may learn the reporter's name."""

    SHOWN = "shown"  # 安全员可见
    HIDDEN = "hidden"  # 对处理人保密
    ANONYMOUS = "anonymous"  # 匿名


class Role(StrEnum):
    """What a person may do; everyone is a worker."""

    WORKER = "worker"
    OFFICER = "officer"
    APPROVER = "approver"
    SECOND_APPROVER = "second_approver"
    FINANCE = "finance"
    LEADER = "leader"
    UNION = "union"
    ADMIN = "admin"
    REGULATOR = "regulator"


class Relation(StrEnum):
    """What a person is to a report."""

    REPORTER = "reporter"
    JOINT = "joint"
    LOGGER = "logger"
    OWNER = "owner"
    RECEIVER = "receiver"  # offered a hand-over
    FIXER = "fixer"
    LEVEL_SETTER = "level_setter"
    REJECTER = "rejecter"
    FIRST_ACCEPTOR = "first_acceptor"
    FIRST_APPROVER = "first_approver"
    ACCUSED = "accused"
    CONFIRMER = "confirmer"  # confirmed, nominated or judged what is no report
    OBJECTOR = "objector"  # objected to the award in a notice


class Earning(StrEnum):
    """What a role's reports earn."""

    FULL = "full"
    POINTS = "points"  # counted in 条, no money
    NONE = "none"


class AwardStatus(StrEnum):
    """Where an award is."""

    PROPOSED = "proposed"
    HALF_APPROVED = "half_approved"
    HELD_BUDGET = "held_budget"
    APPROVED = "approved"
    REFUSED = "refused"
    BATCHED = "batched"
    OBJECTED = "objected"
    PAID = "paid"
    REVERSED = "reversed"


class AwardAction(StrEnum):
    """What can be done to an award."""

    APPROVE = "approve"
    CHANGE = "change"  # another amount, with words
    REFUSE = "refuse"
    LIFT_HOLD = "lift_hold"
    BATCH = "batch"
    OBJECT = "object"
    DISMISS_OBJECTION = "dismiss_objection"
    PAY = "pay"
    REVERSE = "reverse"
    APPEAL = "appeal"  # by whoever brought the report
    UPHOLD_APPEAL = "uphold_appeal"  # with another amount
    DISMISS_APPEAL = "dismiss_appeal"


class EntryKind(StrEnum):
    """What a ledger entry is; awards are positive, reversals and payments negative."""

    AWARD = "award"
    REVERSAL = "reversal"
    PAYMENT = "payment"
    WRITE_OFF = "write_off"


class PointKind(StrEnum):
    """What an entry of the points ledger is; what is spent is negative, a reversal is the opposite of its entry."""

    EARNED = "earned"
    EXCHANGED = "exchanged"  # for yuan, which the money ledger then owes
    REDEEMED = "redeemed"  # for a thing of the list
    REVERSAL = "reversal"


class Handing(StrEnum):
    """How it stands with a thing that somebody has redeemed points for."""

    OPEN = "open"
    HANDED = "handed"
    CANCELLED = "cancelled"


class ActivityStatus(StrEnum):
    """Where a team's activity is."""

    DRAFT = "draft"
    LOGGED = "logged"  # waits for an officer or a leader
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class ModelStatus(StrEnum):
    """Where somebody on a quarter's list is."""

    LISTED = "listed"
    CONFIRMED = "confirmed"
    HONOURED = "honoured"  # the time to object is over
    STRUCK = "struck"  # an objection was upheld
