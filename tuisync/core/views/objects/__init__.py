"""The objects of the command line's JSON, key for key; screens draw from the same ones.

These keys are a promise to scripts: keys may be added, never renamed or dropped. Unknown is
null. Times are UTC.
"""

from tuisync.core.views.objects.base import View
from tuisync.core.views.objects.drift import DriftView
from tuisync.core.views.objects.files import (
    BackupView,
    CheckView,
    ExportView,
    RestoreView,
    SheetChangeView,
    SheetFaultView,
    SheetFileView,
    SheetView,
)
from tuisync.core.views.objects.inbox import FixView, InboxView
from tuisync.core.views.objects.integrations import (
    BudgetView,
    IntegrationCounts,
    IntegrationView,
    RulesView,
)
from tuisync.core.views.objects.items import ComponentView, ItemListingView, ItemView, StockView
from tuisync.core.views.objects.links import CandidateView, LinkView
from tuisync.core.views.objects.orders import (
    AddressView,
    CommentView,
    ContactView,
    OrderContactView,
    OrderLineView,
    OrderView,
    ReturnView,
    ShipmentView,
)
from tuisync.core.views.objects.organization import OrganizationView, WarehouseView
from tuisync.core.views.objects.plugins import PluginView
from tuisync.core.views.objects.pushes import (
    ChangeView,
    OutboxView,
    PlanView,
    PushReport,
    SentView,
)
from tuisync.core.views.objects.runs import (
    BatchView,
    PeriodView,
    RecordView,
    RunDetailView,
    RunView,
)
from tuisync.core.views.objects.status import EngineView, StatusView, StoreView
from tuisync.core.views.objects.why import (
    ChannelView,
    CommitmentView,
    MovementView,
    RuleStepView,
    WhyView,
)

__all__ = [
    "AddressView",
    "BackupView",
    "BatchView",
    "BudgetView",
    "CandidateView",
    "ChangeView",
    "ChannelView",
    "CheckView",
    "CommentView",
    "CommitmentView",
    "ComponentView",
    "ContactView",
    "DriftView",
    "EngineView",
    "ExportView",
    "FixView",
    "InboxView",
    "IntegrationCounts",
    "IntegrationView",
    "ItemListingView",
    "ItemView",
    "LinkView",
    "MovementView",
    "OrderContactView",
    "OrderLineView",
    "OrderView",
    "OrganizationView",
    "OutboxView",
    "PeriodView",
    "PlanView",
    "PluginView",
    "PushReport",
    "RecordView",
    "RestoreView",
    "ReturnView",
    "RuleStepView",
    "RulesView",
    "RunDetailView",
    "RunView",
    "SentView",
    "SheetChangeView",
    "SheetFaultView",
    "SheetFileView",
    "SheetView",
    "ShipmentView",
    "StatusView",
    "StockView",
    "StoreView",
    "View",
    "WarehouseView",
    "WhyView",
]
