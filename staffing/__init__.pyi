from .blending import blended_measures as blended_measures
from .blending import blending_threshold as blending_threshold
from .carry_over import fluid_day as fluid_day
from .carry_over import stationary_backlog as stationary_backlog
from .chat import chat_agents_required as chat_agents_required
from .chat import chat_measures as chat_measures
from .cost import full_time_equivalents as full_time_equivalents
from .cost import labour_cost as labour_cost
from .cost import paid_hours as paid_hours
from .deferrable import level_capacity as level_capacity
from .engine_comparison import compare_engines as compare_engines
from .erlang import average_speed_of_answer as average_speed_of_answer
from .erlang import erlang_a as erlang_a
from .erlang import erlang_b as erlang_b
from .erlang import erlang_c as erlang_c
from .erlang import occupancy as occupancy
from .erlang import offered_load as offered_load
from .erlang import service_level as service_level
from .explanation import explain_agents as explain_agents
from .limited_lines import finite_lines as finite_lines
from .measures import abandonment as abandonment
from .measures import erlang_measures as erlang_measures
from .measures import mean_queue as mean_queue
from .measures import wait_quantile as wait_quantile
from .open_work import constant_crew as constant_crew
from .open_work import deferrable_day as deferrable_day
from .outbound import outbound_work as outbound_work
from .overload import overload_backlog as overload_backlog
from .overload import queue_growth as queue_growth
from .pooling import hayward_blocking as hayward_blocking
from .pooling import overflow as overflow
from .pooling import pooling_bounds as pooling_bounds
from .real_agents import agents_required_continued as agents_required_continued
from .real_agents import erlang_b_continued as erlang_b_continued
from .real_agents import erlang_b_linear as erlang_b_linear
from .real_agents import service_level_continued as service_level_continued
from .redials import load_with_redials as load_with_redials
from .redials import load_with_retries as load_with_retries
from .requirement import ServiceTarget as ServiceTarget
from .requirement import StaffingRule as StaffingRule
from .requirement import required_staff as required_staff
from .shrinkage import gross_agents as gross_agents
from .shrinkage import net_agents as net_agents
from .sizing import agents_required as agents_required
from .sizing import binding_constraint as binding_constraint
from .sizing import lines_required as lines_required
from .square_root import garnett as garnett
from .square_root import halfin_whitt as halfin_whitt
from .square_root import quality_of_service as quality_of_service
from .square_root import square_root_agents as square_root_agents
from .targets import load_carried as load_carried
from .targets import targets_met as targets_met
from .time_varying import lagged_load as lagged_load
from .time_varying import modified_offered_load as modified_offered_load
from .transient import transient_day as transient_day
from .uncertain_volume import agents_for_uncertain_volume as agents_for_uncertain_volume
from .uncertain_volume import mean_service_level as mean_service_level
from .uncertain_volume import share_of_days_on_target as share_of_days_on_target

__all__ = [
    "ServiceTarget",
    "StaffingRule",
    "abandonment",
    "agents_for_uncertain_volume",
    "agents_required",
    "agents_required_continued",
    "average_speed_of_answer",
    "binding_constraint",
    "blended_measures",
    "blending_threshold",
    "chat_agents_required",
    "chat_measures",
    "compare_engines",
    "constant_crew",
    "deferrable_day",
    "erlang_a",
    "erlang_b",
    "erlang_b_continued",
    "erlang_b_linear",
    "erlang_c",
    "erlang_measures",
    "explain_agents",
    "finite_lines",
    "fluid_day",
    "full_time_equivalents",
    "garnett",
    "gross_agents",
    "halfin_whitt",
    "hayward_blocking",
    "labour_cost",
    "lagged_load",
    "level_capacity",
    "lines_required",
    "load_carried",
    "load_with_redials",
    "load_with_retries",
    "mean_queue",
    "mean_service_level",
    "modified_offered_load",
    "net_agents",
    "occupancy",
    "offered_load",
    "outbound_work",
    "overflow",
    "overload_backlog",
    "paid_hours",
    "pooling_bounds",
    "quality_of_service",
    "queue_growth",
    "required_staff",
    "service_level",
    "service_level_continued",
    "share_of_days_on_target",
    "square_root_agents",
    "stationary_backlog",
    "targets_met",
    "transient_day",
    "wait_quantile",
]
