from .cost import full_time_equivalents as full_time_equivalents
from .cost import labour_cost as labour_cost
from .cost import paid_hours as paid_hours
from .deferrable import level_capacity as level_capacity
from .engine_comparison import compare_engines as compare_engines
from .erlang import average_speed_of_answer as average_speed_of_answer
from .erlang import erlang_b as erlang_b
from .erlang import erlang_c as erlang_c
from .erlang import occupancy as occupancy
from .erlang import offered_load as offered_load
from .erlang import service_level as service_level
from .requirement import ServiceTarget as ServiceTarget
from .requirement import StaffingRule as StaffingRule
from .requirement import required_staff as required_staff
from .shrinkage import gross_agents as gross_agents
from .shrinkage import net_agents as net_agents
from .sizing import agents_required as agents_required
from .sizing import binding_constraint as binding_constraint
from .sizing import lines_required as lines_required

__all__ = [
    "ServiceTarget",
    "StaffingRule",
    "agents_required",
    "average_speed_of_answer",
    "binding_constraint",
    "compare_engines",
    "erlang_b",
    "erlang_c",
    "full_time_equivalents",
    "gross_agents",
    "labour_cost",
    "level_capacity",
    "lines_required",
    "net_agents",
    "occupancy",
    "offered_load",
    "paid_hours",
    "required_staff",
    "service_level",
]
