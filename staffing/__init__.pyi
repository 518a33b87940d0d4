from .backlog.deferrable import level_capacity as level_capacity
from .backlog.dialler import dialler_agents as dialler_agents
from .backlog.dialler import dialler_measures as dialler_measures
from .backlog.open_work import constant_crew as constant_crew
from .backlog.open_work import deferrable_day as deferrable_day
from .backlog.outbound import outbound_work as outbound_work
from .channels.engine_comparison import compare_engines as compare_engines
from .cost import full_time_equivalents as full_time_equivalents
from .cost import labour_cost as labour_cost
from .cost import paid_hours as paid_hours
from .days.carry_over import fluid_day as fluid_day
from .days.carry_over import stationary_backlog as stationary_backlog
from .days.time_varying import lagged_load as lagged_load
from .days.time_varying import modified_offered_load as modified_offered_load
from .days.transient import transient_day as transient_day
from .days.transient_staffing import transient_agents as transient_agents
from .explanation import explain_agents as explain_agents
from .queues.blending import blended_measures as blended_measures
from .queues.blending import blending_threshold as blending_threshold
from .queues.chat import chat_agents_required as chat_agents_required
from .queues.chat import chat_measures as chat_measures
from .queues.erlang import average_speed_of_answer as average_speed_of_answer
from .queues.erlang import erlang_a as erlang_a
from .queues.erlang import erlang_b as erlang_b
from .queues.erlang import erlang_c as erlang_c
from .queues.erlang import occupancy as occupancy
from .queues.erlang import offered_load as offered_load
from .queues.erlang import service_level as service_level
from .queues.limited_lines import finite_lines as finite_lines
from .queues.measures import abandonment as abandonment
from .queues.measures import erlang_measures as erlang_measures
from .queues.measures import mean_queue as mean_queue
from .queues.measures import wait_quantile as wait_quantile
from .queues.overload import overload_backlog as overload_backlog
from .queues.overload import queue_growth as queue_growth
from .queues.pooling import hayward_blocking as hayward_blocking
from .queues.pooling import overflow as overflow
from .queues.pooling import pooling_bounds as pooling_bounds
from .queues.real_agents import agents_required_continued as agents_required_continued
from .queues.real_agents import erlang_b_continued as erlang_b_continued
from .queues.real_agents import erlang_b_linear as erlang_b_linear
from .queues.real_agents import service_level_continued as service_level_continued
from .queues.redials import load_with_redials as load_with_redials
from .queues.redials import load_with_retries as load_with_retries
from .queues.sizing import agents_required as agents_required
from .queues.sizing import binding_constraint as binding_constraint
from .queues.sizing import lines_required as lines_required
from .queues.square_root import garnett as garnett
from .queues.square_root import halfin_whitt as halfin_whitt
from .queues.square_root import quality_of_service as quality_of_service
from .queues.square_root import square_root_agents as square_root_agents
from .queues.targets import load_carried as load_carried
from .queues.targets import targets_met as targets_met
from .queues.uncertain_volume import agents_for_uncertain_volume as agents_for_uncertain_volume
from .queues.uncertain_volume import mean_service_level as mean_service_level
from .queues.uncertain_volume import share_of_days_on_target as share_of_days_on_target
from .requirement import required_staff as required_staff
from .rules import ServiceTarget as ServiceTarget
from .rules import StaffingRule as StaffingRule
from .shrinkage import gross_agents as gross_agents
from .shrinkage import net_agents as net_agents
from .simulate.agents import Absence as Absence
from .simulate.agents import Agent as Agent
from .simulate.agents import AgentGroup as AgentGroup
from .simulate.agents import Shift as Shift
from .simulate.arrivals import Arrivals as Arrivals
from .simulate.arrivals import rate_variation as rate_variation
from .simulate.centre import SimulatedCentre as SimulatedCentre
from .simulate.cross_training import cross_training as cross_training
from .simulate.durations import Duration as Duration
from .simulate.queues import SimulatedQueue as SimulatedQueue
from .simulate.replications import simulate_centre as simulate_centre
from .simulate.skill_staffing import staff_skill_groups as staff_skill_groups
from .simulate.skills import QueueTarget as QueueTarget
from .simulate.skills import SkillGroup as SkillGroup

__all__ = [
    "Absence",
    "Agent",
    "AgentGroup",
    "Arrivals",
    "Duration",
    "QueueTarget",
    "ServiceTarget",
    "Shift",
    "SimulatedCentre",
    "SimulatedQueue",
    "SkillGroup",
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
    "cross_training",
    "deferrable_day",
    "dialler_agents",
    "dialler_measures",
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
    "rate_variation",
    "required_staff",
    "service_level",
    "service_level_continued",
    "share_of_days_on_target",
    "simulate_centre",
    "square_root_agents",
    "staff_skill_groups",
    "stationary_backlog",
    "targets_met",
    "transient_agents",
    "transient_day",
    "wait_quantile",
]
