"""What a French text, a code or a test result says about health."""

from leakscan.health.codes import code_themes
from leakscan.health.mentions import find_mentions, health_mentions, strongest
from leakscan.health.results import act_result_mentions

__all__ = ["act_result_mentions", "code_themes", "find_mentions", "health_mentions", "strongest"]
