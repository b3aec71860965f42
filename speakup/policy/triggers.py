"""What the database itself refuses of the policy's table: any change."""

from speakup.web.triggers import append_only

TRIGGERS = append_only("policy_policyversion")
