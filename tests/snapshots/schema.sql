CREATE TABLE absence (
id CHAR(32) NOT NULL
person_id CHAR(32) NOT NULL
unit_id CHAR(32) NOT NULL
deputy_id CHAR(32)
version INTEGER NOT NULL
from_on DATE NOT NULL
until_on DATE
reason VARCHAR NOT NULL
recorded_by CHAR(32) NOT NULL
recorded_at DATETIME NOT NULL
ended_on DATE
ended_by CHAR(32)
ended_at DATETIME
)
CONSTRAINT ck_absence_days CHECK (until_on IS NULL OR until_on >= from_on)
CONSTRAINT ck_absence_ended CHECK ((ended_on IS NULL) = (ended_by IS NULL))
CONSTRAINT fk_absence_deputy_id FOREIGN KEY(deputy_id) REFERENCES person (id)
CONSTRAINT fk_absence_person_id FOREIGN KEY(person_id) REFERENCES person (id)
CONSTRAINT fk_absence_unit_id FOREIGN KEY(unit_id) REFERENCES unit (id)
CONSTRAINT pk_absence PRIMARY KEY (id)

CREATE TABLE account (
id CHAR(32) NOT NULL
version INTEGER NOT NULL
login VARCHAR(100)
name VARCHAR(200) NOT NULL
register_id CHAR(32)
unit_id CHAR(32)
person_id CHAR(32)
role VARCHAR(20) NOT NULL
password_hash VARCHAR(200)
code_sha256 VARCHAR(64)
code_expires_at DATETIME
failed_attempts INTEGER NOT NULL
locked_until DATETIME
made_at DATETIME NOT NULL
disabled_at DATETIME
signed_in_at DATETIME
provider_id CHAR(32)
subject VARCHAR(255)
)
CONSTRAINT ck_account_role CHECK (role IN ('administrator', 'clerk', 'officer', 'head', 'leader', 'reader'))
CONSTRAINT fk_account_person_id FOREIGN KEY(person_id) REFERENCES person (id)
CONSTRAINT fk_account_provider_id FOREIGN KEY(provider_id) REFERENCES identity_provider (id)
CONSTRAINT fk_account_register_id FOREIGN KEY(register_id) REFERENCES register (id)
CONSTRAINT fk_account_unit_id FOREIGN KEY(unit_id) REFERENCES unit (id)
CONSTRAINT pk_account PRIMARY KEY (id)
CONSTRAINT uq_account_code_sha256 UNIQUE (code_sha256)
CONSTRAINT uq_account_login UNIQUE (login)
CONSTRAINT uq_account_provider_id_subject UNIQUE (provider_id, subject)

CREATE TABLE account_session (
id CHAR(32) NOT NULL
token_sha256 VARCHAR(64) NOT NULL
account_id CHAR(32) NOT NULL
made_at DATETIME NOT NULL
seen_at DATETIME NOT NULL
expires_at DATETIME NOT NULL
ended_at DATETIME
user_agent VARCHAR(200) NOT NULL
)
CONSTRAINT fk_account_session_account_id FOREIGN KEY(account_id) REFERENCES account (id)
CONSTRAINT pk_account_session PRIMARY KEY (id)
CONSTRAINT uq_account_session_token_sha256 UNIQUE (token_sha256)

CREATE TABLE action_link (
id CHAR(32) NOT NULL
token_sha256 VARCHAR(64) NOT NULL
register_id CHAR(32) NOT NULL
message_id CHAR(32) NOT NULL
obligation_id CHAR(32) NOT NULL
person_id CHAR(32) NOT NULL
unit_id CHAR(32) NOT NULL
actions TEXT NOT NULL
state VARCHAR(20) NOT NULL
version INTEGER NOT NULL
made_at DATETIME NOT NULL
expires_at DATETIME NOT NULL
)
CONSTRAINT ck_action_link_state CHECK (state IN ('assigned', 'acknowledged', 'in_progress', 'submitted', 'accepted', 'returned', 'suspended', 'withdrawn', 'transferred'))
CONSTRAINT fk_action_link_message_id FOREIGN KEY(message_id) REFERENCES message (id)
CONSTRAINT fk_action_link_obligation_id FOREIGN KEY(obligation_id) REFERENCES obligation (id)
CONSTRAINT fk_action_link_person_id FOREIGN KEY(person_id) REFERENCES person (id)
CONSTRAINT fk_action_link_register_id FOREIGN KEY(register_id) REFERENCES register (id)
CONSTRAINT fk_action_link_unit_id FOREIGN KEY(unit_id) REFERENCES unit (id)
CONSTRAINT pk_action_link PRIMARY KEY (id)
CONSTRAINT uq_action_link_message_id_obligation_id UNIQUE (message_id, obligation_id)
CONSTRAINT uq_action_link_token_sha256 UNIQUE (token_sha256)

CREATE TABLE address (
id CHAR(32) NOT NULL
person_id CHAR(32) NOT NULL
channel VARCHAR(20) NOT NULL
address VARCHAR(200) NOT NULL
position INTEGER NOT NULL
verified_at DATETIME
invalid_at DATETIME
)
CONSTRAINT fk_address_person_id FOREIGN KEY(person_id) REFERENCES person (id)
CONSTRAINT pk_address PRIMARY KEY (id)
CONSTRAINT uq_address_person_id_channel UNIQUE (person_id, channel)

CREATE TABLE alias (
id CHAR(32) NOT NULL
register_id CHAR(32) NOT NULL
phrase VARCHAR(300) NOT NULL
folded VARCHAR(300) NOT NULL
unit_id CHAR(32)
group_id CHAR(32)
)
CONSTRAINT ck_alias_one_target CHECK ((unit_id IS NULL) <> (group_id IS NULL))
CONSTRAINT fk_alias_group_id FOREIGN KEY(group_id) REFERENCES unit_group (id)
CONSTRAINT fk_alias_register_id FOREIGN KEY(register_id) REFERENCES register (id)
CONSTRAINT fk_alias_unit_id FOREIGN KEY(unit_id) REFERENCES unit (id)
CONSTRAINT pk_alias PRIMARY KEY (id)

CREATE TABLE anchor (
place VARCHAR(20) NOT NULL
number INTEGER NOT NULL
anchored_at DATETIME
next_at DATETIME NOT NULL
reason VARCHAR(300) NOT NULL
)
CONSTRAINT pk_anchor PRIMARY KEY (place)

CREATE TABLE api_key (
id CHAR(32) NOT NULL
handle VARCHAR(20) NOT NULL
secret_sha256 VARCHAR(64) NOT NULL
name VARCHAR(200) NOT NULL
register_id CHAR(32)
unit_id CHAR(32)
person_id CHAR(32)
role VARCHAR(20) NOT NULL
scopes TEXT NOT NULL
made_at DATETIME NOT NULL
expires_at DATETIME
revoked_at DATETIME
version INTEGER DEFAULT '1' NOT NULL
principal_id CHAR(32)
networks TEXT DEFAULT '[]' NOT NULL
last_used_at DATETIME
)
CONSTRAINT ck_api_key_role CHECK (role IN ('administrator', 'clerk', 'officer', 'head', 'leader', 'reader'))
CONSTRAINT fk_api_key_person_id FOREIGN KEY(person_id) REFERENCES person (id)
CONSTRAINT fk_api_key_principal_id FOREIGN KEY(principal_id) REFERENCES api_key (id)
CONSTRAINT fk_api_key_register_id FOREIGN KEY(register_id) REFERENCES register (id)
CONSTRAINT fk_api_key_unit_id FOREIGN KEY(unit_id) REFERENCES unit (id)
CONSTRAINT pk_api_key PRIMARY KEY (id)
CONSTRAINT uq_api_key_handle UNIQUE (handle)

CREATE TABLE assignment (
id CHAR(32) NOT NULL
item_id CHAR(32) NOT NULL
role VARCHAR(20) NOT NULL
unit_id CHAR(32)
group_id CHAR(32)
due_on DATE
)
CONSTRAINT ck_assignment_one_target CHECK ((unit_id IS NULL) <> (group_id IS NULL))
CONSTRAINT ck_assignment_role CHECK (role IN ('lead', 'coordinate', 'monitor', 'report_to'))
CONSTRAINT fk_assignment_group_id FOREIGN KEY(group_id) REFERENCES unit_group (id)
CONSTRAINT fk_assignment_item_id FOREIGN KEY(item_id) REFERENCES item (id)
CONSTRAINT fk_assignment_unit_id FOREIGN KEY(unit_id) REFERENCES unit (id)
CONSTRAINT pk_assignment PRIMARY KEY (id)

CREATE TABLE assignment_exception (
assignment_id CHAR(32) NOT NULL
unit_id CHAR(32) NOT NULL
)
CONSTRAINT fk_assignment_exception_assignment_id FOREIGN KEY(assignment_id) REFERENCES assignment (id)
CONSTRAINT fk_assignment_exception_unit_id FOREIGN KEY(unit_id) REFERENCES unit (id)
CONSTRAINT pk_assignment_exception PRIMARY KEY (assignment_id, unit_id)

CREATE TABLE calendar (
id CHAR(32) NOT NULL
code VARCHAR(80) NOT NULL
version INTEGER NOT NULL
source VARCHAR(300) NOT NULL
made_at DATETIME NOT NULL
register_id CHAR(32)
legal_basis VARCHAR(300) DEFAULT '' NOT NULL
)
CONSTRAINT pk_calendar PRIMARY KEY (id)
CONSTRAINT uq_calendar_code_version UNIQUE (code, version)

CREATE TABLE calendar_change (
calendar_id CHAR(32) NOT NULL
day DATE NOT NULL
is_working BOOLEAN NOT NULL
note VARCHAR(200) NOT NULL
is_confirmed BOOLEAN NOT NULL
basis VARCHAR(300) NOT NULL
)
CONSTRAINT fk_calendar_change_calendar_id FOREIGN KEY(calendar_id) REFERENCES calendar (id)
CONSTRAINT pk_calendar_change PRIMARY KEY (calendar_id, day)

CREATE TABLE calendar_day (
calendar_id CHAR(32) NOT NULL
day DATE NOT NULL
day_no INTEGER NOT NULL
is_working BOOLEAN NOT NULL
ordinal INTEGER NOT NULL
opens_at DATETIME NOT NULL
note VARCHAR(200) NOT NULL
)
CONSTRAINT fk_calendar_day_calendar_id FOREIGN KEY(calendar_id) REFERENCES calendar (id)
CONSTRAINT pk_calendar_day PRIMARY KEY (calendar_id, day)

CREATE TABLE calendar_feed (
id CHAR(32) NOT NULL
register_id CHAR(32) NOT NULL
person_id CHAR(32) NOT NULL
token_sha256 VARCHAR(64) NOT NULL
made_by CHAR(32) NOT NULL
made_at DATETIME NOT NULL
)
CONSTRAINT fk_calendar_feed_person_id FOREIGN KEY(person_id) REFERENCES person (id)
CONSTRAINT fk_calendar_feed_register_id FOREIGN KEY(register_id) REFERENCES register (id)
CONSTRAINT pk_calendar_feed PRIMARY KEY (id)
CONSTRAINT uq_calendar_feed_register_id_person_id UNIQUE (register_id, person_id)
CONSTRAINT uq_calendar_feed_token_sha256 UNIQUE (token_sha256)

CREATE TABLE channel_account (
id CHAR(32) NOT NULL
register_id CHAR(32) NOT NULL
channel VARCHAR(20) NOT NULL
is_enabled BOOLEAN NOT NULL
settings TEXT NOT NULL
secrets VARCHAR NOT NULL
health VARCHAR(20) NOT NULL
health_detail VARCHAR NOT NULL
paused_until DATETIME
tokens_expire_at DATETIME
refresh_started_at DATETIME
refresh_token_hash VARCHAR(64) NOT NULL
refresh_lock_until DATETIME
version INTEGER NOT NULL
)
CONSTRAINT fk_channel_account_register_id FOREIGN KEY(register_id) REFERENCES register (id)
CONSTRAINT pk_channel_account PRIMARY KEY (id)
CONSTRAINT uq_channel_account_register_id_channel UNIQUE (register_id, channel)

CREATE TABLE channel_consent (
id CHAR(32) NOT NULL
account_id CHAR(32) NOT NULL
state_sha256 VARCHAR(64) NOT NULL
sealed VARCHAR NOT NULL
code VARCHAR NOT NULL
made_by CHAR(32) NOT NULL
made_at DATETIME NOT NULL
expires_at DATETIME NOT NULL
came_at DATETIME
ended_at DATETIME
outcome VARCHAR(300) NOT NULL
)
CONSTRAINT fk_channel_consent_account_id FOREIGN KEY(account_id) REFERENCES channel_account (id)
CONSTRAINT pk_channel_consent PRIMARY KEY (id)
CONSTRAINT uq_channel_consent_state_sha256 UNIQUE (state_sha256)

CREATE TABLE channel_contact (
register_id CHAR(32) NOT NULL
channel VARCHAR(20) NOT NULL
sender VARCHAR(64) NOT NULL
person_id CHAR(32)
last_contact_at DATETIME
follows BOOLEAN NOT NULL
follow_changed_at DATETIME
)
CONSTRAINT fk_channel_contact_person_id FOREIGN KEY(person_id) REFERENCES person (id)
CONSTRAINT fk_channel_contact_register_id FOREIGN KEY(register_id) REFERENCES register (id)
CONSTRAINT pk_channel_contact PRIMARY KEY (register_id, channel, sender)

CREATE TABLE channel_template (
account_id CHAR(32) NOT NULL
template_id VARCHAR(64) NOT NULL
name VARCHAR(300) NOT NULL
status VARCHAR(40) NOT NULL
reason VARCHAR(300) NOT NULL
parameters TEXT NOT NULL
fetched_at DATETIME NOT NULL
)
CONSTRAINT fk_channel_template_account_id FOREIGN KEY(account_id) REFERENCES channel_account (id)
CONSTRAINT pk_channel_template PRIMARY KEY (account_id, template_id)

CREATE TABLE checkpoint (
number INTEGER NOT NULL
size INTEGER NOT NULL
note VARCHAR(1000) NOT NULL
frontier TEXT NOT NULL
made_at DATETIME NOT NULL
)
CONSTRAINT pk_checkpoint PRIMARY KEY (number)
CONSTRAINT uq_checkpoint_size UNIQUE (size)

CREATE TRIGGER checkpoint_is_final_delete BEFORE DELETE ON checkpoint BEGIN SELECT RAISE(ABORT, 'the checkpoint is never altered'); END

CREATE TRIGGER checkpoint_is_final_replace BEFORE INSERT ON checkpoint WHEN EXISTS (SELECT 1 FROM checkpoint WHERE number = NEW.number OR size = NEW.size) BEGIN SELECT RAISE(ABORT, 'the checkpoint is never altered'); END

CREATE TRIGGER checkpoint_is_final_update BEFORE UPDATE ON checkpoint BEGIN SELECT RAISE(ABORT, 'the checkpoint is never altered'); END

CREATE TABLE coordination (
id CHAR(32) NOT NULL
register_id CHAR(32) NOT NULL
item_id CHAR(32) NOT NULL
unit_id CHAR(32) NOT NULL
)
CONSTRAINT fk_coordination_item_id FOREIGN KEY(item_id) REFERENCES item (id)
CONSTRAINT fk_coordination_register_id FOREIGN KEY(register_id) REFERENCES register (id)
CONSTRAINT fk_coordination_unit_id FOREIGN KEY(unit_id) REFERENCES unit (id)
CONSTRAINT pk_coordination PRIMARY KEY (id)
CONSTRAINT uq_coordination_item_id_unit_id UNIQUE (item_id, unit_id)

CREATE TABLE coordination_file (
request_id CHAR(32) NOT NULL
file_id CHAR(32) NOT NULL
)
CONSTRAINT fk_coordination_file_file_id FOREIGN KEY(file_id) REFERENCES file (id)
CONSTRAINT fk_coordination_file_request_id FOREIGN KEY(request_id) REFERENCES coordination_request (id)
CONSTRAINT pk_coordination_file PRIMARY KEY (request_id, file_id)

CREATE TABLE coordination_request (
id CHAR(32) NOT NULL
register_id CHAR(32) NOT NULL
obligation_id CHAR(32) NOT NULL
unit_id CHAR(32) NOT NULL
version INTEGER NOT NULL
state VARCHAR(20) NOT NULL
question VARCHAR NOT NULL
due_on DATE NOT NULL
asked_on DATE NOT NULL
asked_by CHAR(32) NOT NULL
asked_at DATETIME NOT NULL
answer VARCHAR NOT NULL
document TEXT
reason VARCHAR NOT NULL
ended_on DATE
ended_by CHAR(32)
ended_at DATETIME
)
CONSTRAINT ck_coordination_request_ended CHECK ((state = 'waiting') = (ended_on IS NULL))
CONSTRAINT ck_coordination_request_state CHECK (state IN ('waiting', 'answered', 'withdrawn', 'closed'))
CONSTRAINT fk_coordination_request_obligation_id FOREIGN KEY(obligation_id) REFERENCES obligation (id)
CONSTRAINT fk_coordination_request_register_id FOREIGN KEY(register_id) REFERENCES register (id)
CONSTRAINT fk_coordination_request_unit_id FOREIGN KEY(unit_id) REFERENCES unit (id)
CONSTRAINT pk_coordination_request PRIMARY KEY (id)

CREATE TABLE criterion (
set_id CHAR(32) NOT NULL
code VARCHAR(60) NOT NULL
parent_code VARCHAR(60) NOT NULL
position INTEGER NOT NULL
name VARCHAR NOT NULL
measure VARCHAR(60) NOT NULL
is_measured BOOLEAN NOT NULL
)
CONSTRAINT fk_criterion_set_id FOREIGN KEY(set_id) REFERENCES criterion_set (id)
CONSTRAINT pk_criterion PRIMARY KEY (set_id, code)

CREATE TABLE criterion_set (
id CHAR(32) NOT NULL
register_id CHAR(32) NOT NULL
code VARCHAR(60) NOT NULL
version INTEGER NOT NULL
name VARCHAR(300) NOT NULL
basis VARCHAR NOT NULL
first_year INTEGER NOT NULL
last_year INTEGER NOT NULL
indicators_stated INTEGER
made_by CHAR(32) NOT NULL
made_at DATETIME NOT NULL
)
CONSTRAINT fk_criterion_set_register_id FOREIGN KEY(register_id) REFERENCES register (id)
CONSTRAINT pk_criterion_set PRIMARY KEY (id)
CONSTRAINT uq_criterion_set_register_id_code_version UNIQUE (register_id, code, version)

CREATE TABLE deadline_change (
id CHAR(32) NOT NULL
register_id CHAR(32) NOT NULL
directive_id CHAR(32) NOT NULL
items TEXT NOT NULL
due_on DATE NOT NULL
basis_directive_id CHAR(32)
basis VARCHAR NOT NULL
reason VARCHAR NOT NULL
decided_by CHAR(32) NOT NULL
decided_at DATETIME NOT NULL
)
CONSTRAINT fk_deadline_change_basis_directive_id FOREIGN KEY(basis_directive_id) REFERENCES directive (id)
CONSTRAINT fk_deadline_change_directive_id FOREIGN KEY(directive_id) REFERENCES directive (id)
CONSTRAINT fk_deadline_change_register_id FOREIGN KEY(register_id) REFERENCES register (id)
CONSTRAINT pk_deadline_change PRIMARY KEY (id)

CREATE TABLE delivery (
id CHAR(32) NOT NULL
register_id CHAR(32) NOT NULL
message_id CHAR(32) NOT NULL
channel VARCHAR(20) NOT NULL
address VARCHAR(200) NOT NULL
position INTEGER NOT NULL
state VARCHAR(20) NOT NULL
attempts INTEGER NOT NULL
doubts INTEGER NOT NULL
fence INTEGER NOT NULL
next_attempt_at DATETIME
reference VARCHAR(300) NOT NULL
reason VARCHAR(300) NOT NULL
version INTEGER NOT NULL
needs_person BOOLEAN DEFAULT 0 NOT NULL
precedence INTEGER DEFAULT '1' NOT NULL
wording_id CHAR(32)
route VARCHAR(20) DEFAULT 'registry' NOT NULL
)
CONSTRAINT ck_delivery_route CHECK (route IN ('registry', 'own_order', 'next'))
CONSTRAINT ck_delivery_state CHECK (state IN ('queued', 'sending', 'sent', 'unknown', 'failed', 'superseded'))
CONSTRAINT fk_delivery_message_id FOREIGN KEY(message_id) REFERENCES message (id)
CONSTRAINT fk_delivery_register_id FOREIGN KEY(register_id) REFERENCES register (id)
CONSTRAINT fk_delivery_wording_id FOREIGN KEY(wording_id) REFERENCES wording (id)
CONSTRAINT pk_delivery PRIMARY KEY (id)
CONSTRAINT uq_delivery_message_id_channel UNIQUE (message_id, channel)

CREATE TABLE delivery_attempt (
delivery_id CHAR(32) NOT NULL
fence INTEGER NOT NULL
began_at DATETIME NOT NULL
ended_at DATETIME
outcome VARCHAR(20) NOT NULL
reason VARCHAR(300) NOT NULL
)
CONSTRAINT fk_delivery_attempt_delivery_id FOREIGN KEY(delivery_id) REFERENCES delivery (id)
CONSTRAINT pk_delivery_attempt PRIMARY KEY (delivery_id, fence)

CREATE TABLE delivery_receipt (
delivery_id CHAR(32) NOT NULL
kind VARCHAR(20) NOT NULL
inbound_event_id CHAR(32) NOT NULL
happened_at DATETIME NOT NULL
)
CONSTRAINT ck_delivery_receipt_kind CHECK (kind IN ('delivered', 'seen'))
CONSTRAINT fk_delivery_receipt_delivery_id FOREIGN KEY(delivery_id) REFERENCES delivery (id)
CONSTRAINT fk_delivery_receipt_inbound_event_id FOREIGN KEY(inbound_event_id) REFERENCES inbound_event (id)
CONSTRAINT pk_delivery_receipt PRIMARY KEY (delivery_id, kind)

CREATE TABLE directive (
id CHAR(32) NOT NULL
register_id CHAR(32) NOT NULL
version INTEGER NOT NULL
state VARCHAR(20) NOT NULL
doc_type VARCHAR(100) NOT NULL
number VARCHAR(40)
symbol VARCHAR(80)
year INTEGER
issuer_key VARCHAR(300) NOT NULL
issuing_body VARCHAR(300) NOT NULL
parent_body VARCHAR(300) NOT NULL
issuer_id CHAR(32)
subject VARCHAR NOT NULL
folded VARCHAR NOT NULL
place VARCHAR(100) NOT NULL
signed_on DATE
signed_partial VARCHAR(10)
issued_on DATE
urgency VARCHAR(20) NOT NULL
field VARCHAR(100) NOT NULL
source VARCHAR(60) NOT NULL
addressees TEXT NOT NULL
basis TEXT NOT NULL
recipients TEXT NOT NULL
signer TEXT NOT NULL
findings TEXT NOT NULL
text VARCHAR NOT NULL
file_id CHAR(32)
made_at DATETIME NOT NULL
issued_at DATETIME, document_id VARCHAR(255), envelope TEXT, received TEXT
)
CONSTRAINT ck_directive_state CHECK (state IN ('draft', 'issued'))
CONSTRAINT fk_directive_file_id FOREIGN KEY(file_id) REFERENCES file (id)
CONSTRAINT fk_directive_issuer_id FOREIGN KEY(issuer_id) REFERENCES unit (id)
CONSTRAINT fk_directive_register_id FOREIGN KEY(register_id) REFERENCES register (id)
CONSTRAINT pk_directive PRIMARY KEY (id)
CONSTRAINT uq_directive_number UNIQUE (register_id, issuer_key, number, symbol, year)

CREATE TABLE directive_change (
id CHAR(32) NOT NULL
register_id CHAR(32) NOT NULL
directive_id CHAR(32) NOT NULL
kind VARCHAR(20) NOT NULL
basis_id CHAR(32)
document TEXT
effective_on DATE NOT NULL
reason VARCHAR NOT NULL
details TEXT NOT NULL
made_by CHAR(32) NOT NULL
made_at DATETIME NOT NULL
)
CONSTRAINT ck_directive_change_kind CHECK (kind IN ('correct', 'amend', 'replace', 'revoke', 'assign', 'put_in_writing', 'series'))
CONSTRAINT ck_directive_change_one_basis CHECK ((basis_id IS NULL) <> (document IS NULL))
CONSTRAINT ck_directive_change_other_basis CHECK (basis_id <> directive_id)
CONSTRAINT fk_directive_change_basis_id FOREIGN KEY(basis_id) REFERENCES directive (id)
CONSTRAINT fk_directive_change_directive_id FOREIGN KEY(directive_id) REFERENCES directive (id)
CONSTRAINT fk_directive_change_register_id FOREIGN KEY(register_id) REFERENCES register (id)
CONSTRAINT pk_directive_change PRIMARY KEY (id)

CREATE TABLE document_template (
id CHAR(32) NOT NULL
register_id CHAR(32) NOT NULL
kind VARCHAR(20) NOT NULL
version INTEGER NOT NULL
file_id CHAR(32)
made_by CHAR(32) NOT NULL
made_at DATETIME NOT NULL
)
CONSTRAINT ck_document_template_kind CHECK (kind IN ('progress', 'late_list', 'urging', 'criticism'))
CONSTRAINT fk_document_template_file_id FOREIGN KEY(file_id) REFERENCES file (id)
CONSTRAINT fk_document_template_register_id FOREIGN KEY(register_id) REFERENCES register (id)
CONSTRAINT pk_document_template PRIMARY KEY (id)
CONSTRAINT uq_document_template_register_id_kind_version UNIQUE (register_id, kind, version)

CREATE TABLE escalation_policy (
id CHAR(32) NOT NULL
register_id CHAR(32) NOT NULL
kind VARCHAR(20) NOT NULL
urgency VARCHAR(20) NOT NULL
version INTEGER NOT NULL
is_current BOOLEAN NOT NULL
repeat_days INTEGER NOT NULL
made_at DATETIME NOT NULL
)
CONSTRAINT ck_escalation_policy_kind CHECK (kind IN ('deadline', 'acknowledgement', 'silence', 'acceptance', 'return', 'extension', 'explanation', 'coordination'))
CONSTRAINT fk_escalation_policy_register_id FOREIGN KEY(register_id) REFERENCES register (id)
CONSTRAINT pk_escalation_policy PRIMARY KEY (id)
CONSTRAINT uq_escalation_policy_register_id_kind_urgency_version UNIQUE (register_id, kind, urgency, version)

CREATE TABLE escalation_step (
policy_id CHAR(32) NOT NULL
step INTEGER NOT NULL
role VARCHAR(20) NOT NULL
rank INTEGER NOT NULL
at_keeper BOOLEAN NOT NULL
offset INTEGER NOT NULL
pace VARCHAR(20) NOT NULL
condition VARCHAR(20) NOT NULL
is_urgent BOOLEAN NOT NULL
next_step INTEGER
wraps INTEGER NOT NULL
repeat_days INTEGER NOT NULL
)
CONSTRAINT ck_escalation_step_condition CHECK (condition IN ('always', 'unreported'))
CONSTRAINT ck_escalation_step_pace CHECK (pace IN ('working_days', 'days', 'minutes'))
CONSTRAINT ck_escalation_step_role CHECK (role IN ('officer', 'clerk', 'head', 'deputy', 'office_chief', 'vice_chair', 'chair'))
CONSTRAINT fk_escalation_step_policy_id FOREIGN KEY(policy_id) REFERENCES escalation_policy (id)
CONSTRAINT pk_escalation_step PRIMARY KEY (policy_id, step)

CREATE TABLE event (
seq INTEGER NOT NULL
register_id CHAR(32)
kind VARCHAR(60) NOT NULL
subject_id CHAR(32) NOT NULL
payload TEXT NOT NULL
actor_id CHAR(32) NOT NULL
recorded_at DATETIME NOT NULL
)
CONSTRAINT fk_event_register_id FOREIGN KEY(register_id) REFERENCES register (id)
CONSTRAINT pk_event PRIMARY KEY (seq)

CREATE TRIGGER event_is_final_delete BEFORE DELETE ON event BEGIN SELECT RAISE(ABORT, 'the journal is never altered'); END

CREATE TRIGGER event_is_final_replace BEFORE INSERT ON event WHEN EXISTS (SELECT 1 FROM event WHERE seq = NEW.seq) BEGIN SELECT RAISE(ABORT, 'the event is never altered'); END

CREATE TRIGGER event_is_final_update BEFORE UPDATE ON event BEGIN SELECT RAISE(ABORT, 'the journal is never altered'); END

CREATE TRIGGER event_unsequenced AFTER INSERT ON event BEGIN INSERT INTO unsequenced (seq) VALUES (NEW.seq); END

CREATE TABLE explanation (
id CHAR(32) NOT NULL
register_id CHAR(32) NOT NULL
obligation_id CHAR(32) NOT NULL
question VARCHAR NOT NULL
due_on DATE NOT NULL
asked_by CHAR(32) NOT NULL
asked_at DATETIME NOT NULL
answer VARCHAR NOT NULL
document TEXT
answered_on DATE
answered_by CHAR(32)
answered_at DATETIME
closed_at DATETIME
)
CONSTRAINT fk_explanation_obligation_id FOREIGN KEY(obligation_id) REFERENCES obligation (id)
CONSTRAINT fk_explanation_register_id FOREIGN KEY(register_id) REFERENCES register (id)
CONSTRAINT pk_explanation PRIMARY KEY (id)

CREATE TABLE extension (
id CHAR(32) NOT NULL
register_id CHAR(32) NOT NULL
obligation_id CHAR(32) NOT NULL
due_on DATE NOT NULL
wanted_on DATE NOT NULL
reason VARCHAR NOT NULL
document TEXT
is_late BOOLEAN NOT NULL
asked_on DATE NOT NULL
asked_by CHAR(32) NOT NULL
asked_at DATETIME NOT NULL
decision VARCHAR(20)
decision_reason VARCHAR NOT NULL
granted_on DATE
is_after_expiry BOOLEAN NOT NULL
decided_by CHAR(32)
decided_at DATETIME
)
CONSTRAINT ck_extension_decision CHECK (decision IN ('granted', 'refused', 'closed'))
CONSTRAINT fk_extension_obligation_id FOREIGN KEY(obligation_id) REFERENCES obligation (id)
CONSTRAINT fk_extension_register_id FOREIGN KEY(register_id) REFERENCES register (id)
CONSTRAINT pk_extension PRIMARY KEY (id)

CREATE TABLE fact_text (
sha256 VARCHAR(64) NOT NULL
salt VARCHAR(32)
text VARCHAR
)
CONSTRAINT ck_fact_text_together CHECK ((salt IS NULL) = (text IS NULL))
CONSTRAINT pk_fact_text PRIMARY KEY (sha256)

CREATE TRIGGER fact_text_is_final_delete BEFORE DELETE ON fact_text BEGIN SELECT RAISE(ABORT, 'the fact_text is never altered'); END

CREATE TRIGGER fact_text_is_final_replace BEFORE INSERT ON fact_text WHEN EXISTS (SELECT 1 FROM fact_text WHERE sha256 = NEW.sha256) BEGIN SELECT RAISE(ABORT, 'the fact_text is never altered'); END

CREATE TRIGGER fact_text_is_final_update BEFORE UPDATE ON fact_text WHEN NEW.text IS NOT NULL OR NEW.salt IS NOT NULL OR NEW.sha256 <> OLD.sha256 BEGIN SELECT RAISE(ABORT, 'the fact_text is never altered'); END

CREATE TABLE file (
id CHAR(32) NOT NULL
sha256 VARCHAR(64) NOT NULL
name VARCHAR(255) NOT NULL
size INTEGER NOT NULL
uploaded_by CHAR(32) NOT NULL
uploaded_at DATETIME NOT NULL
)
CONSTRAINT pk_file PRIMARY KEY (id)

CREATE TABLE funding (
update_id CHAR(32) NOT NULL
source VARCHAR(20) NOT NULL
obligation_id CHAR(32) NOT NULL
amount BIGINT NOT NULL
told_on DATE NOT NULL
recorded_at DATETIME NOT NULL
)
CONSTRAINT ck_funding_amount CHECK (amount >= 0)
CONSTRAINT ck_funding_source CHECK (source IN ('central_budget', 'provincial_budget', 'district_budget', 'commune_budget', 'merged', 'social'))
CONSTRAINT fk_funding_obligation_id FOREIGN KEY(obligation_id) REFERENCES obligation (id)
CONSTRAINT fk_funding_update_id FOREIGN KEY(update_id) REFERENCES progress_update (id)
CONSTRAINT pk_funding PRIMARY KEY (update_id, source)

CREATE TABLE goal (
id CHAR(32) NOT NULL
register_id CHAR(32) NOT NULL
obligation_id CHAR(32) NOT NULL
set_code VARCHAR(60) NOT NULL
criterion_code VARCHAR(60) NOT NULL
unit_id CHAR(32) NOT NULL
year INTEGER NOT NULL
bound VARCHAR(20)
amount BIGINT
made_by CHAR(32) NOT NULL
made_at DATETIME NOT NULL
ended_at DATETIME
ended_by CHAR(32)
end_reason VARCHAR NOT NULL
)
CONSTRAINT ck_goal_bound CHECK (bound IN ('at_least', 'at_most'))
CONSTRAINT ck_goal_ended CHECK ((ended_at IS NULL) = (ended_by IS NULL))
CONSTRAINT ck_goal_target CHECK ((bound IS NULL) = (amount IS NULL))
CONSTRAINT fk_goal_obligation_id FOREIGN KEY(obligation_id) REFERENCES obligation (id)
CONSTRAINT fk_goal_register_id FOREIGN KEY(register_id) REFERENCES register (id)
CONSTRAINT fk_goal_unit_id FOREIGN KEY(unit_id) REFERENCES unit (id)
CONSTRAINT pk_goal PRIMARY KEY (id)

CREATE TABLE group_member (
id CHAR(32) NOT NULL
group_id CHAR(32) NOT NULL
unit_id CHAR(32) NOT NULL
valid_from DATE NOT NULL
valid_to DATE
)
CONSTRAINT fk_group_member_group_id FOREIGN KEY(group_id) REFERENCES unit_group (id)
CONSTRAINT fk_group_member_unit_id FOREIGN KEY(unit_id) REFERENCES unit (id)
CONSTRAINT pk_group_member PRIMARY KEY (id)

CREATE TABLE heir (
id CHAR(32) NOT NULL
reorganisation_id CHAR(32) NOT NULL
obligation_id CHAR(32) NOT NULL
unit_id CHAR(32)
decided_by CHAR(32) NOT NULL
decided_at DATETIME NOT NULL
)
CONSTRAINT fk_heir_obligation_id FOREIGN KEY(obligation_id) REFERENCES obligation (id)
CONSTRAINT fk_heir_reorganisation_id FOREIGN KEY(reorganisation_id) REFERENCES reorganisation (id)
CONSTRAINT fk_heir_unit_id FOREIGN KEY(unit_id) REFERENCES unit (id)
CONSTRAINT pk_heir PRIMARY KEY (id)
CONSTRAINT uq_heir_reorganisation_id_obligation_id_unit_id UNIQUE (reorganisation_id, obligation_id, unit_id)

CREATE TABLE hold (
id CHAR(32) NOT NULL
restored_at DATETIME NOT NULL
backup_at DATETIME NOT NULL
seq INTEGER NOT NULL
position INTEGER NOT NULL
chain VARCHAR(64) NOT NULL
released_at DATETIME
unsent VARCHAR(20)
)
CONSTRAINT ck_hold_released CHECK ((released_at IS NULL) = (unsent IS NULL))
CONSTRAINT ck_hold_unsent CHECK (unsent IN ('list', 'send'))
CONSTRAINT pk_hold PRIMARY KEY (id)

CREATE TABLE idempotency (
principal_id CHAR(32) NOT NULL
route VARCHAR(200) NOT NULL
key VARCHAR(200) NOT NULL
request_sha256 VARCHAR(64) NOT NULL
status INTEGER NOT NULL
body VARCHAR NOT NULL
etag VARCHAR(40)
made_at DATETIME NOT NULL
)
CONSTRAINT pk_idempotency PRIMARY KEY (principal_id, route, key)

CREATE TABLE identity_provider (
id CHAR(32) NOT NULL
code VARCHAR(60) NOT NULL
issuer VARCHAR(300) NOT NULL
is_enabled BOOLEAN NOT NULL
version INTEGER NOT NULL
)
CONSTRAINT pk_identity_provider PRIMARY KEY (id)
CONSTRAINT uq_identity_provider_code UNIQUE (code)
CONSTRAINT uq_identity_provider_issuer UNIQUE (issuer)

CREATE TABLE identity_provider_version (
provider_id CHAR(32) NOT NULL
version INTEGER NOT NULL
name VARCHAR(200) NOT NULL
client_id VARCHAR(200) NOT NULL
secret VARCHAR NOT NULL
audience VARCHAR(300)
parties TEXT NOT NULL
algorithms TEXT NOT NULL
scopes TEXT NOT NULL
register_id CHAR(32)
rules TEXT NOT NULL
is_enabled BOOLEAN NOT NULL
made_by CHAR(32) NOT NULL
made_at DATETIME NOT NULL
)
CONSTRAINT fk_identity_provider_version_provider_id FOREIGN KEY(provider_id) REFERENCES identity_provider (id)
CONSTRAINT fk_identity_provider_version_register_id FOREIGN KEY(register_id) REFERENCES register (id)
CONSTRAINT pk_identity_provider_version PRIMARY KEY (provider_id, version)

CREATE TABLE implementation (
id CHAR(32) NOT NULL
register_id CHAR(32) NOT NULL
item_id CHAR(32) NOT NULL
origin_id CHAR(32) NOT NULL
made_by CHAR(32) NOT NULL
made_at DATETIME NOT NULL
ended_by CHAR(32)
ended_at DATETIME
)
CONSTRAINT ck_implementation_ended CHECK ((ended_at IS NULL) = (ended_by IS NULL))
CONSTRAINT ck_implementation_other_origin CHECK (item_id <> origin_id)
CONSTRAINT fk_implementation_item_id FOREIGN KEY(item_id) REFERENCES item (id)
CONSTRAINT fk_implementation_origin_id FOREIGN KEY(origin_id) REFERENCES item (id)
CONSTRAINT fk_implementation_register_id FOREIGN KEY(register_id) REFERENCES register (id)
CONSTRAINT pk_implementation PRIMARY KEY (id)

CREATE TABLE inbound_event (
id CHAR(32) NOT NULL
register_id CHAR(32) NOT NULL
channel VARCHAR(20) NOT NULL
dedupe_key VARCHAR(64) NOT NULL
kind VARCHAR(20) NOT NULL
sender VARCHAR(64) NOT NULL
content TEXT NOT NULL
proof VARCHAR(40) NOT NULL
happened_at DATETIME NOT NULL
received_at DATETIME NOT NULL
applied_at DATETIME
outcome VARCHAR(60) NOT NULL
)
CONSTRAINT ck_inbound_event_kind CHECK (kind IN ('followed', 'unfollowed', 'said', 'delivered', 'seen', 'echoed', 'other'))
CONSTRAINT fk_inbound_event_register_id FOREIGN KEY(register_id) REFERENCES register (id)
CONSTRAINT pk_inbound_event PRIMARY KEY (id)
CONSTRAINT uq_inbound_event_register_id_channel_dedupe_key UNIQUE (register_id, channel, dedupe_key)

CREATE TABLE item (
id CHAR(32) NOT NULL
register_id CHAR(32) NOT NULL
directive_id CHAR(32) NOT NULL
parent_id CHAR(32)
position INTEGER NOT NULL
label VARCHAR(40) NOT NULL
locator VARCHAR(100) NOT NULL
text VARCHAR NOT NULL
folded VARCHAR NOT NULL
is_task BOOLEAN NOT NULL
is_tracked BOOLEAN NOT NULL
is_closing BOOLEAN NOT NULL
text_alone BOOLEAN NOT NULL
key_task BOOLEAN NOT NULL
field VARCHAR(100) NOT NULL
deadline TEXT NOT NULL
due_on DATE
units_from_id CHAR(32)
mentions TEXT NOT NULL, due_minute INTEGER, more_deadlines TEXT DEFAULT '[]' NOT NULL, units_undecided BOOLEAN DEFAULT 0 NOT NULL, deadline_choices TEXT DEFAULT '[]' NOT NULL
)
CONSTRAINT ck_item_closing CHECK (NOT (is_tracked AND is_closing))
CONSTRAINT fk_item_directive_id FOREIGN KEY(directive_id) REFERENCES directive (id)
CONSTRAINT fk_item_parent_id FOREIGN KEY(parent_id) REFERENCES item (id)
CONSTRAINT fk_item_register_id FOREIGN KEY(register_id) REFERENCES register (id)
CONSTRAINT fk_item_units_from_id FOREIGN KEY(units_from_id) REFERENCES item (id)
CONSTRAINT pk_item PRIMARY KEY (id)
CONSTRAINT uq_item_directive_id_locator UNIQUE (directive_id, locator)

CREATE INDEX ix_absence_deputy_id ON absence (deputy_id)

CREATE INDEX ix_absence_person_id_unit_id_from_on ON absence (person_id, unit_id, from_on)

CREATE INDEX ix_absence_unit_id ON absence (unit_id)

CREATE INDEX ix_account_register_id ON account (register_id)

CREATE INDEX ix_account_session_account_id ON account_session (account_id)

CREATE INDEX ix_account_session_expires_at ON account_session (expires_at)

CREATE INDEX ix_account_unit_id ON account (unit_id)

CREATE INDEX ix_alias_group_id ON alias (group_id)

CREATE INDEX ix_alias_register_id_folded ON alias (register_id, folded)

CREATE INDEX ix_alias_unit_id ON alias (unit_id)

CREATE INDEX ix_api_key_principal_id ON api_key (principal_id)

CREATE INDEX ix_api_key_register_id ON api_key (register_id)

CREATE INDEX ix_api_key_unit_id ON api_key (unit_id)

CREATE INDEX ix_assignment_group_id ON assignment (group_id)

CREATE INDEX ix_assignment_item_id_role ON assignment (item_id, role)

CREATE INDEX ix_assignment_unit_id ON assignment (unit_id)

CREATE INDEX ix_calendar_day_ordinal ON calendar_day (calendar_id, ordinal, is_working)

CREATE INDEX ix_calendar_feed_person_id ON calendar_feed (person_id)

CREATE INDEX ix_calendar_register_id ON calendar (register_id)

CREATE INDEX ix_channel_account_lost ON channel_account (register_id, channel) WHERE health = 'reauth_required'

CREATE INDEX ix_channel_consent_account_id ON channel_consent (account_id)

CREATE INDEX ix_channel_consent_unanswered ON channel_consent (ended_at) WHERE outcome = 'no answer'

CREATE INDEX ix_channel_consent_waiting ON channel_consent (came_at) WHERE came_at IS NOT NULL AND ended_at IS NULL

CREATE INDEX ix_channel_contact_person_id ON channel_contact (person_id)

CREATE INDEX ix_coordination_file_file_id ON coordination_file (file_id)

CREATE INDEX ix_coordination_request_obligation_id_id ON coordination_request (obligation_id, id)

CREATE INDEX ix_coordination_request_register_id_id ON coordination_request (register_id, id)

CREATE INDEX ix_coordination_request_unit_id_id ON coordination_request (unit_id, id)

CREATE INDEX ix_coordination_unit_id_id ON coordination (unit_id, id)

CREATE INDEX ix_deadline_change_directive_id ON deadline_change (directive_id)

CREATE INDEX ix_delivery_attempt_began_at ON delivery_attempt (began_at)

CREATE INDEX ix_delivery_due ON delivery (next_attempt_at, id) WHERE next_attempt_at IS NOT NULL

CREATE INDEX ix_delivery_needs_person ON delivery (register_id, id) WHERE needs_person

CREATE INDEX ix_delivery_reference ON delivery (reference) WHERE reference <> ''

CREATE INDEX ix_delivery_register_id_id ON delivery (register_id, id)

CREATE INDEX ix_delivery_turn ON delivery (register_id, precedence, next_attempt_at, id) WHERE next_attempt_at IS NOT NULL

CREATE INDEX ix_directive_change_basis_id_id ON directive_change (basis_id, id)

CREATE INDEX ix_directive_change_directive_id_id ON directive_change (directive_id, id)

CREATE INDEX ix_directive_issuer_id_id ON directive (issuer_id, id)

CREATE INDEX ix_directive_number_symbol ON directive (number, symbol)

CREATE UNIQUE INDEX ix_directive_register_id_document_id ON directive (register_id, document_id)

CREATE INDEX ix_directive_register_id_id ON directive (register_id, id)

CREATE INDEX ix_directive_register_id_state_id ON directive (register_id, state, id)

CREATE INDEX ix_document_template_file_id ON document_template (file_id)

CREATE INDEX ix_event_register_id_seq ON event (register_id, seq)

CREATE INDEX ix_event_subject_id_seq ON event (subject_id, seq)

CREATE INDEX ix_explanation_obligation_id_id ON explanation (obligation_id, id)

CREATE INDEX ix_explanation_register_id_id ON explanation (register_id, id)

CREATE INDEX ix_explanation_waits ON explanation (register_id, id) WHERE answered_at IS NULL AND closed_at IS NULL

CREATE INDEX ix_extension_obligation ON extension (obligation_id, id)

CREATE INDEX ix_extension_page ON extension (register_id, id)

CREATE INDEX ix_extension_waits ON extension (register_id, id) WHERE decision IS NULL

CREATE INDEX ix_file_sha256 ON file (sha256)

CREATE INDEX ix_funding_obligation_id_source_recorded_at ON funding (obligation_id, source, recorded_at)

CREATE INDEX ix_goal_matrix ON goal (register_id, set_code, year, unit_id, criterion_code)

CREATE INDEX ix_goal_obligation_id ON goal (obligation_id)

CREATE INDEX ix_group_member_group_id_unit_id ON group_member (group_id, unit_id)

CREATE INDEX ix_group_member_unit_id ON group_member (unit_id)

CREATE INDEX ix_heir_obligation_id ON heir (obligation_id)

CREATE INDEX ix_hold_standing ON hold (restored_at) WHERE released_at IS NULL

CREATE INDEX ix_idempotency_made_at ON idempotency (made_at)

CREATE INDEX ix_implementation_origin_id_item_id ON implementation (origin_id, item_id)

CREATE INDEX ix_inbound_event_waiting ON inbound_event (received_at, id) WHERE applied_at IS NULL

CREATE INDEX ix_item_parent_id ON item (parent_id)

CREATE INDEX ix_item_register_id_id ON item (register_id, id)

CREATE INDEX ix_item_units_from_id ON item (units_from_id)

CREATE INDEX ix_ledger_register_id_position ON ledger (register_id, position)

CREATE INDEX ix_letter_duty_obligation_id ON letter_duty (obligation_id)

CREATE INDEX ix_letter_register_id_id ON letter (register_id, id)

CREATE INDEX ix_link_code_person_id ON link_code (person_id)

CREATE INDEX ix_link_use_traced ON link_use (used_at) WHERE user_agent <> '' OR network <> ''

CREATE INDEX ix_measure_goal_id ON measure (goal_id)

CREATE INDEX ix_measure_matrix ON measure (register_id, set_code, year, unit_id, criterion_code, measured_on)

CREATE INDEX ix_measure_update_id ON measure (update_id)

CREATE INDEX ix_message_line_event_seq ON message_line (event_seq)

CREATE INDEX ix_message_line_obligation_id ON message_line (obligation_id)

CREATE INDEX ix_message_line_reminder_id ON message_line (reminder_id)

CREATE INDEX ix_message_register_id_id ON message (register_id, id)

CREATE INDEX ix_notification_choice_at_once ON notification_choice (person_id) WHERE choice = 'at_once'

CREATE INDEX ix_objective_cause_obligation ON objective_cause (obligation_id, id)

CREATE INDEX ix_objective_cause_page ON objective_cause (register_id, id)

CREATE INDEX ix_objective_cause_waits ON objective_cause (register_id, id) WHERE decision IS NULL

CREATE INDEX ix_obligation_delegator ON obligation (delegator_id, id) WHERE delegator_id IS NOT NULL

CREATE INDEX ix_obligation_directive ON obligation (directive_id, id)

CREATE INDEX ix_obligation_due ON obligation (register_id, due_on, id)

CREATE INDEX ix_obligation_page ON obligation (register_id, id)

CREATE INDEX ix_obligation_parent ON obligation (parent_id, id) WHERE delegator_id IS NOT NULL

CREATE INDEX ix_obligation_period ON obligation (register_id, period, id) WHERE period <> ''

CREATE INDEX ix_obligation_state ON obligation (register_id, state, id)

CREATE INDEX ix_obligation_unit ON obligation (register_id, unit_id, id)

CREATE INDEX ix_obligation_unit_state ON obligation (unit_id, state, id)

CREATE INDEX ix_obligation_version_recorded_from_obligation_id ON obligation_version (recorded_from, obligation_id)

CREATE INDEX ix_obligation_version_recorded_to ON obligation_version (recorded_to) WHERE recorded_to IS NOT NULL

CREATE INDEX ix_occurrence_directive_id ON occurrence (directive_id)

CREATE INDEX ix_opening_balance_register_id_id ON opening_balance (register_id, id)

CREATE INDEX ix_opening_row_balance_id_item_id ON opening_row (balance_id, item_id)

CREATE INDEX ix_opening_row_directive_id ON opening_row (directive_id)

CREATE INDEX ix_opening_row_register_id_document_key ON opening_row (register_id, document_key)

CREATE INDEX ix_outbox_fresh ON outbox (seq) WHERE looked_at IS NULL

CREATE INDEX ix_oversight_link_directive_id_id ON oversight_link (directive_id, id)

CREATE INDEX ix_oversight_link_until_on ON oversight_link (until_on)

CREATE INDEX ix_phrase_meaning_group_id ON phrase_meaning (group_id)

CREATE INDEX ix_phrase_meaning_register_id_id ON phrase_meaning (register_id, id)

CREATE INDEX ix_phrase_meaning_unit_id ON phrase_meaning (unit_id)

CREATE INDEX ix_post_person_id ON post (person_id)

CREATE INDEX ix_post_unit_id_rank ON post (unit_id, rank)

CREATE INDEX ix_predecessor_predecessor_id ON predecessor (predecessor_id)

CREATE INDEX ix_progress_update_obligation_id_id ON progress_update (obligation_id, id)

CREATE INDEX ix_progress_update_register_id_id ON progress_update (register_id, id)

CREATE INDEX ix_publication_register_id_id ON publication (register_id, id)

CREATE INDEX ix_receipt_directive_id_unit_id_id ON receipt (directive_id, unit_id, id)

CREATE INDEX ix_reckoning_calendar_id ON reckoning (calendar_id)

CREATE INDEX ix_reckoning_cause_id ON reckoning (cause_id)

CREATE INDEX ix_redelivery_file_id ON redelivery (file_id)

CREATE INDEX ix_register_keeper_unit_id ON register_keeper (unit_id)

CREATE INDEX ix_reminder_due ON reminder (id) WHERE outcome = 'due'

CREATE INDEX ix_reminder_obligation_id_id ON reminder (obligation_id, id)

CREATE INDEX ix_reorganisation_register_id_id ON reorganisation (register_id, id)

CREATE INDEX ix_reorganisation_state_effective_on ON reorganisation (state, effective_on)

CREATE INDEX ix_replaced_item_into_id_item_id ON replaced_item (into_id, item_id)

CREATE INDEX ix_replaced_item_item_id_outcome ON replaced_item (item_id, outcome)

CREATE INDEX ix_request_count_minute ON request_count (minute)

CREATE INDEX ix_request_file_file_id ON request_file (file_id)

CREATE INDEX ix_return_obligation ON return (obligation_id, id)

CREATE INDEX ix_return_page ON return (register_id, id)

CREATE INDEX ix_return_waits ON return (register_id, id) WHERE decision IS NULL

CREATE INDEX ix_series_directive_id_id ON series (directive_id, id)

CREATE INDEX ix_series_due ON series (make_on, id) WHERE make_on IS NOT NULL

CREATE INDEX ix_series_item_id_id ON series (item_id, id)

CREATE INDEX ix_series_period_cause_id ON series_period (cause_id)

CREATE INDEX ix_series_period_item_id_period ON series_period (item_id, period)

CREATE INDEX ix_series_period_register_id_due_on ON series_period (register_id, due_on)

CREATE INDEX ix_series_register_id_id ON series (register_id, id)

CREATE INDEX ix_series_unit_unit_id ON series_unit (unit_id)

CREATE INDEX ix_submission_file_file_id ON submission_file (file_id)

CREATE INDEX ix_submission_obligation_id_id ON submission (obligation_id, id)

CREATE INDEX ix_succession_new_unit_id ON succession (new_unit_id)

CREATE INDEX ix_succession_old_unit_id ON succession (old_unit_id)

CREATE INDEX ix_suspension_obligation_id_id ON suspension (obligation_id, id)

CREATE INDEX ix_tally_register_id_cut_off_known_at ON tally (register_id, cut_off, known_at)

CREATE INDEX ix_term_directive_id ON term (directive_id)

CREATE INDEX ix_unit_attribute_attribute_unit_id ON unit_attribute (attribute, unit_id)

CREATE INDEX ix_unit_attribute_unit_id ON unit_attribute (unit_id)

CREATE INDEX ix_unit_code ON unit (code)

CREATE INDEX ix_unit_identifier_unit_id ON unit_identifier (unit_id)

CREATE INDEX ix_unit_kind_parent_id ON unit (kind, parent_id)

CREATE INDEX ix_unit_name_folded ON unit (name_folded)

CREATE INDEX ix_unit_name_unit_id ON unit_name (unit_id)

CREATE INDEX ix_unit_parent_id ON unit (parent_id)

CREATE INDEX ix_untold_look ON untold (looked_on) WHERE ended_at IS NULL

CREATE INDEX ix_untold_obligation_id_id ON untold (obligation_id, id)

CREATE INDEX ix_untold_open ON untold (register_id, id) WHERE ended_at IS NULL

CREATE INDEX ix_untold_register_id_id ON untold (register_id, id)

CREATE INDEX ix_untold_unit_id_id ON untold (unit_id, id)

CREATE INDEX ix_waiver_directive_id ON waiver (directive_id)

CREATE INDEX ix_watch_due ON watch (next_action_at, id) WHERE next_action_at IS NOT NULL

CREATE INDEX ix_webhook_attempt_began_at ON webhook_attempt (began_at)

CREATE INDEX ix_webhook_call_due ON webhook_call (next_attempt_at) WHERE next_attempt_at IS NOT NULL

CREATE INDEX ix_webhook_call_endpoint_id_state_position ON webhook_call (endpoint_id, state, position)

CREATE INDEX ix_webhook_endpoint_register_id_id ON webhook_endpoint (register_id, id)

CREATE TABLE ledger (
position INTEGER NOT NULL
seq INTEGER NOT NULL
register_id CHAR(32)
leaf VARCHAR(64) NOT NULL
chain VARCHAR(64) NOT NULL
entered_at DATETIME NOT NULL
)
CONSTRAINT fk_ledger_register_id FOREIGN KEY(register_id) REFERENCES register (id)
CONSTRAINT fk_ledger_seq FOREIGN KEY(seq) REFERENCES event (seq)
CONSTRAINT pk_ledger PRIMARY KEY (position)
CONSTRAINT uq_ledger_seq UNIQUE (seq)

CREATE TRIGGER ledger_is_final_delete BEFORE DELETE ON ledger BEGIN SELECT RAISE(ABORT, 'the ledger is never altered'); END

CREATE TRIGGER ledger_is_final_replace BEFORE INSERT ON ledger WHEN EXISTS (SELECT 1 FROM ledger WHERE position = NEW.position OR seq = NEW.seq) BEGIN SELECT RAISE(ABORT, 'the ledger is never altered'); END

CREATE TRIGGER ledger_is_final_update BEFORE UPDATE ON ledger BEGIN SELECT RAISE(ABORT, 'the ledger is never altered'); END

CREATE TABLE ledger_node (
level INTEGER NOT NULL
place INTEGER NOT NULL
digest VARCHAR(64) NOT NULL
)
CONSTRAINT pk_ledger_node PRIMARY KEY (level, place)

CREATE TRIGGER ledger_node_is_final_delete BEFORE DELETE ON ledger_node BEGIN SELECT RAISE(ABORT, 'the ledger_node is never altered'); END

CREATE TRIGGER ledger_node_is_final_replace BEFORE INSERT ON ledger_node WHEN EXISTS (SELECT 1 FROM ledger_node WHERE level = NEW.level AND place = NEW.place) BEGIN SELECT RAISE(ABORT, 'the ledger_node is never altered'); END

CREATE TRIGGER ledger_node_is_final_update BEFORE UPDATE ON ledger_node BEGIN SELECT RAISE(ABORT, 'the ledger_node is never altered'); END

CREATE TABLE letter (
id CHAR(32) NOT NULL
register_id CHAR(32) NOT NULL
version INTEGER NOT NULL
kind VARCHAR(20) NOT NULL
cut_off DATE NOT NULL
made_by CHAR(32) NOT NULL
made_at DATETIME NOT NULL
number VARCHAR(100)
symbol VARCHAR(100)
issued_on DATE
numbered_by CHAR(32)
numbered_at DATETIME
)
CONSTRAINT ck_letter_kind CHECK (kind IN ('urging', 'criticism'))
CONSTRAINT ck_letter_numbered CHECK ((number IS NULL) = (issued_on IS NULL))
CONSTRAINT fk_letter_register_id FOREIGN KEY(register_id) REFERENCES register (id)
CONSTRAINT pk_letter PRIMARY KEY (id)

CREATE TABLE letter_duty (
letter_id CHAR(32) NOT NULL
obligation_id CHAR(32) NOT NULL
due_on DATE NOT NULL
days_late INTEGER NOT NULL
)
CONSTRAINT fk_letter_duty_letter_id FOREIGN KEY(letter_id) REFERENCES letter (id)
CONSTRAINT fk_letter_duty_obligation_id FOREIGN KEY(obligation_id) REFERENCES obligation (id)
CONSTRAINT pk_letter_duty PRIMARY KEY (letter_id, obligation_id)

CREATE TABLE link_code (
id CHAR(32) NOT NULL
register_id CHAR(32) NOT NULL
channel VARCHAR(20) NOT NULL
sha256 VARCHAR(64) NOT NULL
person_id CHAR(32) NOT NULL
made_by CHAR(32) NOT NULL
made_at DATETIME NOT NULL
expires_at DATETIME NOT NULL
used_at DATETIME
)
CONSTRAINT fk_link_code_person_id FOREIGN KEY(person_id) REFERENCES person (id)
CONSTRAINT fk_link_code_register_id FOREIGN KEY(register_id) REFERENCES register (id)
CONSTRAINT pk_link_code PRIMARY KEY (id)
CONSTRAINT uq_link_code_register_id_channel_sha256 UNIQUE (register_id, channel, sha256)

CREATE TABLE link_use (
link_id CHAR(32) NOT NULL
action VARCHAR(20) NOT NULL
used_at DATETIME NOT NULL
user_agent VARCHAR(200) NOT NULL
network VARCHAR(50) NOT NULL
)
CONSTRAINT ck_link_use_action CHECK (action IN ('received', 'progress', 'extension', 'not_ours'))
CONSTRAINT fk_link_use_link_id FOREIGN KEY(link_id) REFERENCES action_link (id)
CONSTRAINT pk_link_use PRIMARY KEY (link_id, action)

CREATE TABLE mail_relay (
account_id CHAR(32) NOT NULL
name VARCHAR(300) NOT NULL
ill_until DATETIME
detail VARCHAR(300) NOT NULL
minute_at DATETIME
minute_count INTEGER NOT NULL
)
CONSTRAINT fk_mail_relay_account_id FOREIGN KEY(account_id) REFERENCES channel_account (id)
CONSTRAINT pk_mail_relay PRIMARY KEY (account_id, name)

CREATE TABLE measure (
id CHAR(32) NOT NULL
register_id CHAR(32) NOT NULL
goal_id CHAR(32) NOT NULL
obligation_id CHAR(32) NOT NULL
update_id CHAR(32)
set_code VARCHAR(60) NOT NULL
criterion_code VARCHAR(60) NOT NULL
unit_id CHAR(32) NOT NULL
year INTEGER NOT NULL
amount BIGINT NOT NULL
measured_on DATE NOT NULL
source VARCHAR NOT NULL
document TEXT
corrects_id CHAR(32)
reason VARCHAR NOT NULL
recorded_by CHAR(32) NOT NULL
recorded_at DATETIME NOT NULL
)
CONSTRAINT fk_measure_corrects_id FOREIGN KEY(corrects_id) REFERENCES measure (id)
CONSTRAINT fk_measure_goal_id FOREIGN KEY(goal_id) REFERENCES goal (id)
CONSTRAINT fk_measure_obligation_id FOREIGN KEY(obligation_id) REFERENCES obligation (id)
CONSTRAINT fk_measure_register_id FOREIGN KEY(register_id) REFERENCES register (id)
CONSTRAINT fk_measure_unit_id FOREIGN KEY(unit_id) REFERENCES unit (id)
CONSTRAINT fk_measure_update_id FOREIGN KEY(update_id) REFERENCES progress_update (id)
CONSTRAINT pk_measure PRIMARY KEY (id)
CONSTRAINT uq_measure_corrects_id UNIQUE (corrects_id)

CREATE TABLE message (
id CHAR(32) NOT NULL
register_id CHAR(32) NOT NULL
person_id CHAR(32) NOT NULL
occasion VARCHAR(20) NOT NULL
occasion_key VARCHAR(120) NOT NULL
made_at DATETIME NOT NULL
not_before DATETIME NOT NULL
)
CONSTRAINT ck_message_occasion CHECK (occasion IN ('issue', 'digest', 'urgent', 'missed'))
CONSTRAINT fk_message_person_id FOREIGN KEY(person_id) REFERENCES person (id)
CONSTRAINT fk_message_register_id FOREIGN KEY(register_id) REFERENCES register (id)
CONSTRAINT pk_message PRIMARY KEY (id)
CONSTRAINT uq_message_person_id_occasion_key UNIQUE (person_id, occasion_key)

CREATE TABLE message_line (
id CHAR(32) NOT NULL
message_id CHAR(32) NOT NULL
obligation_id CHAR(32)
reminder_id CHAR(32)
event_seq INTEGER
in_place_of VARCHAR(20)
anchor_on DATE
)
CONSTRAINT ck_message_line_duty_or_fact CHECK (obligation_id IS NOT NULL OR event_seq IS NOT NULL)
CONSTRAINT ck_message_line_one_cause CHECK ((reminder_id IS NULL) <> (event_seq IS NULL))
CONSTRAINT fk_message_line_event_seq FOREIGN KEY(event_seq) REFERENCES event (seq)
CONSTRAINT fk_message_line_message_id FOREIGN KEY(message_id) REFERENCES message (id)
CONSTRAINT fk_message_line_obligation_id FOREIGN KEY(obligation_id) REFERENCES obligation (id)
CONSTRAINT fk_message_line_reminder_id FOREIGN KEY(reminder_id) REFERENCES reminder (id)
CONSTRAINT pk_message_line PRIMARY KEY (id)
CONSTRAINT uq_message_line_message_id_reminder_id_event_seq UNIQUE (message_id, reminder_id, event_seq)

CREATE TABLE notification_choice (
person_id CHAR(32) NOT NULL
matter VARCHAR(20) NOT NULL
choice VARCHAR(20) NOT NULL
)
CONSTRAINT ck_notification_choice_choice CHECK (choice IN ('at_once', 'digest', 'never'))
CONSTRAINT ck_notification_choice_matter CHECK (matter IN ('new_duties', 'reminders', 'results', 'reports'))
CONSTRAINT fk_notification_choice_person_id FOREIGN KEY(person_id) REFERENCES notification_preference (person_id)
CONSTRAINT pk_notification_choice PRIMARY KEY (person_id, matter)

CREATE TABLE notification_preference (
person_id CHAR(32) NOT NULL
version INTEGER NOT NULL
digest_minute INTEGER
made_by CHAR(32) NOT NULL
made_at DATETIME NOT NULL
)
CONSTRAINT fk_notification_preference_person_id FOREIGN KEY(person_id) REFERENCES person (id)
CONSTRAINT pk_notification_preference PRIMARY KEY (person_id)

CREATE TABLE objective_cause (
id CHAR(32) NOT NULL
register_id CHAR(32) NOT NULL
obligation_id CHAR(32) NOT NULL
reason VARCHAR NOT NULL
document TEXT
asked_by CHAR(32) NOT NULL
asked_at DATETIME NOT NULL
decision VARCHAR(20)
decision_reason VARCHAR NOT NULL
decided_by CHAR(32)
decided_at DATETIME
)
CONSTRAINT ck_objective_cause_decision CHECK (decision IN ('granted', 'refused', 'closed'))
CONSTRAINT fk_objective_cause_obligation_id FOREIGN KEY(obligation_id) REFERENCES obligation (id)
CONSTRAINT fk_objective_cause_register_id FOREIGN KEY(register_id) REFERENCES register (id)
CONSTRAINT pk_objective_cause PRIMARY KEY (id)

CREATE TABLE obligation (
id CHAR(32) NOT NULL
register_id CHAR(32) NOT NULL
directive_id CHAR(32) NOT NULL
item_id CHAR(32) NOT NULL
unit_id CHAR(32) NOT NULL
period VARCHAR(20) NOT NULL
parent_id CHAR(32) NOT NULL
generation INTEGER NOT NULL
version INTEGER NOT NULL
state VARCHAR(20) NOT NULL
assigned_on DATE NOT NULL
original_due_on DATE
due_on DATE
done_on DATE
percent INTEGER
reported_on DATE
delegator_id CHAR(32)
assignee_id CHAR(32)
)
CONSTRAINT ck_obligation_done CHECK ((state = 'accepted') <= (done_on IS NOT NULL))
CONSTRAINT ck_obligation_percent CHECK (percent IS NULL OR percent BETWEEN 0 AND 100)
CONSTRAINT ck_obligation_state CHECK (state IN ('assigned', 'acknowledged', 'in_progress', 'submitted', 'accepted', 'returned', 'suspended', 'withdrawn', 'transferred'))
CONSTRAINT fk_obligation_assignee_id FOREIGN KEY(assignee_id) REFERENCES person (id)
CONSTRAINT fk_obligation_delegator_id FOREIGN KEY(delegator_id) REFERENCES unit (id)
CONSTRAINT fk_obligation_directive_id FOREIGN KEY(directive_id) REFERENCES directive (id)
CONSTRAINT fk_obligation_item_id FOREIGN KEY(item_id) REFERENCES item (id)
CONSTRAINT fk_obligation_register_id FOREIGN KEY(register_id) REFERENCES register (id)
CONSTRAINT fk_obligation_unit_id FOREIGN KEY(unit_id) REFERENCES unit (id)
CONSTRAINT pk_obligation PRIMARY KEY (id)
CONSTRAINT uq_obligation_identity UNIQUE (item_id, unit_id, period, parent_id, generation, register_id)

CREATE TABLE obligation_source (
obligation_id CHAR(32) NOT NULL
assignment_id CHAR(32) NOT NULL
)
CONSTRAINT fk_obligation_source_assignment_id FOREIGN KEY(assignment_id) REFERENCES assignment (id)
CONSTRAINT fk_obligation_source_obligation_id FOREIGN KEY(obligation_id) REFERENCES obligation (id)
CONSTRAINT pk_obligation_source PRIMARY KEY (obligation_id, assignment_id)

CREATE TABLE obligation_version (
obligation_id CHAR(32) NOT NULL
version INTEGER NOT NULL
state VARCHAR(20) NOT NULL
original_due_on DATE
due_on DATE
done_on DATE
effective_on DATE NOT NULL
recorded_from DATETIME NOT NULL
recorded_to DATETIME
reported_on DATE
register_id CHAR(32) NOT NULL
directive_id CHAR(32) NOT NULL
item_id CHAR(32) NOT NULL
unit_id CHAR(32) NOT NULL
parent_id CHAR(32) NOT NULL
assigned_on DATE NOT NULL
)
CONSTRAINT fk_obligation_version_obligation_id FOREIGN KEY(obligation_id) REFERENCES obligation (id)
CONSTRAINT pk_obligation_version PRIMARY KEY (obligation_id, version)

CREATE TABLE occurrence (
id CHAR(32) NOT NULL
register_id CHAR(32) NOT NULL
directive_id CHAR(32) NOT NULL
name VARCHAR NOT NULL
happened_on DATE NOT NULL
document TEXT
items TEXT NOT NULL
recorded_by CHAR(32) NOT NULL
recorded_at DATETIME NOT NULL
)
CONSTRAINT fk_occurrence_directive_id FOREIGN KEY(directive_id) REFERENCES directive (id)
CONSTRAINT fk_occurrence_register_id FOREIGN KEY(register_id) REFERENCES register (id)
CONSTRAINT pk_occurrence PRIMARY KEY (id)

CREATE TABLE opening_balance (
id CHAR(32) NOT NULL
register_id CHAR(32) NOT NULL
sha256 VARCHAR(64) NOT NULL
rows INTEGER NOT NULL
taken INTEGER NOT NULL
entered_by CHAR(32) NOT NULL
entered_at DATETIME NOT NULL
)
CONSTRAINT fk_opening_balance_register_id FOREIGN KEY(register_id) REFERENCES register (id)
CONSTRAINT pk_opening_balance PRIMARY KEY (id)

CREATE TABLE opening_row (
item_id CHAR(32) NOT NULL
register_id CHAR(32) NOT NULL
balance_id CHAR(32) NOT NULL
directive_id CHAR(32) NOT NULL
row INTEGER NOT NULL
row_key VARCHAR(64) NOT NULL
document_key VARCHAR(64) NOT NULL
facts TEXT NOT NULL
)
CONSTRAINT fk_opening_row_balance_id FOREIGN KEY(balance_id) REFERENCES opening_balance (id)
CONSTRAINT fk_opening_row_directive_id FOREIGN KEY(directive_id) REFERENCES directive (id)
CONSTRAINT fk_opening_row_item_id FOREIGN KEY(item_id) REFERENCES item (id)
CONSTRAINT fk_opening_row_register_id FOREIGN KEY(register_id) REFERENCES register (id)
CONSTRAINT pk_opening_row PRIMARY KEY (item_id)
CONSTRAINT uq_opening_row_register_id_row_key UNIQUE (register_id, row_key)

CREATE TABLE outbox (
seq INTEGER NOT NULL
unit_id CHAR(32), looked_at DATETIME
)
CONSTRAINT fk_outbox_seq FOREIGN KEY(seq) REFERENCES event (seq)
CONSTRAINT fk_outbox_unit_id FOREIGN KEY(unit_id) REFERENCES unit (id)
CONSTRAINT pk_outbox PRIMARY KEY (seq)

CREATE TABLE oversight_link (
id CHAR(32) NOT NULL
register_id CHAR(32) NOT NULL
directive_id CHAR(32) NOT NULL
token_sha256 VARCHAR(64) NOT NULL
purpose VARCHAR NOT NULL
made_by CHAR(32) NOT NULL
made_at DATETIME NOT NULL
until_on DATE NOT NULL
revoked_at DATETIME
openings INTEGER NOT NULL
last_opened_at DATETIME
)
CONSTRAINT fk_oversight_link_directive_id FOREIGN KEY(directive_id) REFERENCES directive (id)
CONSTRAINT fk_oversight_link_register_id FOREIGN KEY(register_id) REFERENCES register (id)
CONSTRAINT pk_oversight_link PRIMARY KEY (id)
CONSTRAINT uq_oversight_link_token_sha256 UNIQUE (token_sha256)

CREATE TABLE person (
id CHAR(32) NOT NULL
code VARCHAR(60) NOT NULL
name VARCHAR(200) NOT NULL, version INTEGER DEFAULT '1' NOT NULL, erased_at DATETIME
)
CONSTRAINT pk_person PRIMARY KEY (id)
CONSTRAINT uq_person_code UNIQUE (code)

CREATE TABLE phrase_meaning (
id CHAR(32) NOT NULL
register_id CHAR(32) NOT NULL
version INTEGER NOT NULL
phrase VARCHAR(300) NOT NULL
folded VARCHAR(300) NOT NULL
unit_id CHAR(32)
group_id CHAR(32)
confirmed_by CHAR(32) NOT NULL
confirmed_at DATETIME NOT NULL
revoked_by CHAR(32)
revoked_at DATETIME
)
CONSTRAINT ck_phrase_meaning_one_target CHECK ((unit_id IS NULL) <> (group_id IS NULL))
CONSTRAINT ck_phrase_meaning_revoked CHECK ((revoked_at IS NULL) = (revoked_by IS NULL))
CONSTRAINT fk_phrase_meaning_group_id FOREIGN KEY(group_id) REFERENCES unit_group (id)
CONSTRAINT fk_phrase_meaning_register_id FOREIGN KEY(register_id) REFERENCES register (id)
CONSTRAINT fk_phrase_meaning_unit_id FOREIGN KEY(unit_id) REFERENCES unit (id)
CONSTRAINT pk_phrase_meaning PRIMARY KEY (id)

CREATE TABLE post (
id CHAR(32) NOT NULL
person_id CHAR(32) NOT NULL
unit_id CHAR(32) NOT NULL
role VARCHAR(20) NOT NULL
rank INTEGER NOT NULL
field VARCHAR(100) NOT NULL
valid_from DATE NOT NULL
valid_to DATE
)
CONSTRAINT ck_post_role CHECK (role IN ('officer', 'clerk', 'head', 'deputy', 'office_chief', 'vice_chair', 'chair'))
CONSTRAINT fk_post_person_id FOREIGN KEY(person_id) REFERENCES person (id)
CONSTRAINT fk_post_unit_id FOREIGN KEY(unit_id) REFERENCES unit (id)
CONSTRAINT pk_post PRIMARY KEY (id)
CONSTRAINT uq_post_person_id_unit_id_role_field_valid_from UNIQUE (person_id, unit_id, role, field, valid_from)

CREATE TABLE predecessor (
obligation_id CHAR(32) NOT NULL
predecessor_id CHAR(32) NOT NULL
joined BOOLEAN NOT NULL
act_id CHAR(32) NOT NULL
)
CONSTRAINT fk_predecessor_obligation_id FOREIGN KEY(obligation_id) REFERENCES obligation (id)
CONSTRAINT fk_predecessor_predecessor_id FOREIGN KEY(predecessor_id) REFERENCES obligation (id)
CONSTRAINT pk_predecessor PRIMARY KEY (obligation_id, predecessor_id)

CREATE TABLE preferred_channel (
person_id CHAR(32) NOT NULL
channel VARCHAR(20) NOT NULL
position INTEGER NOT NULL
)
CONSTRAINT fk_preferred_channel_person_id FOREIGN KEY(person_id) REFERENCES notification_preference (person_id)
CONSTRAINT pk_preferred_channel PRIMARY KEY (person_id, channel)

CREATE TABLE progress_update (
id CHAR(32) NOT NULL
register_id CHAR(32) NOT NULL
obligation_id CHAR(32) NOT NULL
percent INTEGER
text VARCHAR NOT NULL
difficulties VARCHAR NOT NULL
document TEXT
reported_by CHAR(32) NOT NULL
reported_at DATETIME NOT NULL
)
CONSTRAINT fk_progress_update_obligation_id FOREIGN KEY(obligation_id) REFERENCES obligation (id)
CONSTRAINT fk_progress_update_register_id FOREIGN KEY(register_id) REFERENCES register (id)
CONSTRAINT pk_progress_update PRIMARY KEY (id)

CREATE TABLE publication (
id CHAR(32) NOT NULL
register_id CHAR(32) NOT NULL
cut_off DATE NOT NULL
as_of DATETIME NOT NULL
by VARCHAR(20) NOT NULL
content TEXT NOT NULL
published_by CHAR(32) NOT NULL
published_at DATETIME NOT NULL
)
CONSTRAINT fk_publication_register_id FOREIGN KEY(register_id) REFERENCES register (id)
CONSTRAINT pk_publication PRIMARY KEY (id)
CONSTRAINT uq_publication_table UNIQUE (register_id, cut_off, by)

CREATE TABLE receipt (
id CHAR(32) NOT NULL
register_id CHAR(32) NOT NULL
directive_id CHAR(32) NOT NULL
unit_id CHAR(32) NOT NULL
received_on DATE NOT NULL
source VARCHAR(20) NOT NULL
reason VARCHAR NOT NULL
recorded_by CHAR(32) NOT NULL
recorded_at DATETIME NOT NULL
)
CONSTRAINT ck_receipt_source CHECK (source IN ('acknowledgement', 'exchange', 'opened', 'by_hand'))
CONSTRAINT fk_receipt_directive_id FOREIGN KEY(directive_id) REFERENCES directive (id)
CONSTRAINT fk_receipt_register_id FOREIGN KEY(register_id) REFERENCES register (id)
CONSTRAINT fk_receipt_unit_id FOREIGN KEY(unit_id) REFERENCES unit (id)
CONSTRAINT pk_receipt PRIMARY KEY (id)

CREATE TABLE reckoning (
obligation_id CHAR(32) NOT NULL
calendar_id CHAR(32) NOT NULL
start_on DATE
is_deemed BOOLEAN NOT NULL
due_on DATE
cause_id CHAR(32) NOT NULL
holds BOOLEAN NOT NULL
)
CONSTRAINT fk_reckoning_calendar_id FOREIGN KEY(calendar_id) REFERENCES calendar (id)
CONSTRAINT fk_reckoning_obligation_id FOREIGN KEY(obligation_id) REFERENCES obligation (id)
CONSTRAINT pk_reckoning PRIMARY KEY (obligation_id)

CREATE TABLE redelivery (
id CHAR(32) NOT NULL
register_id CHAR(32) NOT NULL
directive_id CHAR(32) NOT NULL
kind VARCHAR(20) NOT NULL
document_id VARCHAR(255) NOT NULL
reason VARCHAR NOT NULL
differences TEXT NOT NULL
content_sha256 VARCHAR(64) NOT NULL
file_id CHAR(32) NOT NULL
received_by CHAR(32) NOT NULL
received_at DATETIME NOT NULL
)
CONSTRAINT ck_redelivery_kind CHECK (kind IN ('new', 'revoke', 'update', 'replace'))
CONSTRAINT fk_redelivery_directive_id FOREIGN KEY(directive_id) REFERENCES directive (id)
CONSTRAINT fk_redelivery_file_id FOREIGN KEY(file_id) REFERENCES file (id)
CONSTRAINT fk_redelivery_register_id FOREIGN KEY(register_id) REFERENCES register (id)
CONSTRAINT pk_redelivery PRIMARY KEY (id)
CONSTRAINT uq_redelivery_directive_id_kind_content_sha256 UNIQUE (directive_id, kind, content_sha256)

CREATE TABLE register (
id CHAR(32) NOT NULL
code VARCHAR(60) NOT NULL
name VARCHAR(300) NOT NULL
calendar_id CHAR(32) NOT NULL
version INTEGER NOT NULL
return_days INTEGER DEFAULT '5' NOT NULL
silent_return VARCHAR(20) DEFAULT 'refused' NOT NULL
extensions_max INTEGER DEFAULT '2' NOT NULL
receipt_deemed_days INTEGER DEFAULT '2' NOT NULL
off_days VARCHAR(20) DEFAULT 'relative' NOT NULL, periods_ahead INTEGER DEFAULT '1' NOT NULL, quiet_from INTEGER DEFAULT '1260' NOT NULL, quiet_until INTEGER DEFAULT '360' NOT NULL, messages_per_minute INTEGER
)
CONSTRAINT ck_register_off_days CHECK (off_days IN ('never', 'relative', 'always'))
CONSTRAINT ck_register_silent_return CHECK (silent_return IN ('refused', 'accepted'))
CONSTRAINT fk_register_calendar_id FOREIGN KEY(calendar_id) REFERENCES calendar (id)
CONSTRAINT pk_register PRIMARY KEY (id)
CONSTRAINT uq_register_code UNIQUE (code)

CREATE TABLE register_keeper (
id CHAR(32) NOT NULL
register_id CHAR(32) NOT NULL
unit_id CHAR(32) NOT NULL
valid_from DATE NOT NULL
valid_to DATE
)
CONSTRAINT fk_register_keeper_register_id FOREIGN KEY(register_id) REFERENCES register (id)
CONSTRAINT fk_register_keeper_unit_id FOREIGN KEY(unit_id) REFERENCES unit (id)
CONSTRAINT pk_register_keeper PRIMARY KEY (id)
CONSTRAINT uq_register_keeper_register_id_valid_from UNIQUE (register_id, valid_from)

CREATE TABLE reminder (
id CHAR(32) NOT NULL
register_id CHAR(32) NOT NULL
watch_id CHAR(32) NOT NULL
obligation_id CHAR(32) NOT NULL
round INTEGER NOT NULL
step INTEGER NOT NULL
occurrence INTEGER NOT NULL
role VARCHAR(20) NOT NULL
rank INTEGER NOT NULL
at_keeper BOOLEAN NOT NULL
is_urgent BOOLEAN NOT NULL
due_at DATETIME NOT NULL
taken_at DATETIME NOT NULL
outcome VARCHAR(20) NOT NULL
unit_id CHAR(32) NOT NULL, anchor_on DATE
)
CONSTRAINT ck_reminder_outcome CHECK (outcome IN ('due', 'told', 'merged', 'skipped', 'not_needed', 'nobody'))
CONSTRAINT ck_reminder_role CHECK (role IN ('officer', 'clerk', 'head', 'deputy', 'office_chief', 'vice_chair', 'chair'))
CONSTRAINT fk_reminder_obligation_id FOREIGN KEY(obligation_id) REFERENCES obligation (id)
CONSTRAINT fk_reminder_register_id FOREIGN KEY(register_id) REFERENCES register (id)
CONSTRAINT fk_reminder_unit_id FOREIGN KEY(unit_id) REFERENCES unit (id)
CONSTRAINT fk_reminder_watch_id FOREIGN KEY(watch_id) REFERENCES watch (id)
CONSTRAINT pk_reminder PRIMARY KEY (id)
CONSTRAINT uq_reminder_watch_id_round_step_occurrence UNIQUE (watch_id, round, step, occurrence)

CREATE TABLE reorganisation (
id CHAR(32) NOT NULL
register_id CHAR(32) NOT NULL
version INTEGER NOT NULL
state VARCHAR(20) NOT NULL
name VARCHAR(300) NOT NULL
basis VARCHAR(300) NOT NULL
effective_on DATE NOT NULL
keeper_id CHAR(32)
made_by CHAR(32) NOT NULL
made_at DATETIME NOT NULL
carried_out_at DATETIME, held_up_at DATETIME, look_again_at DATETIME
)
CONSTRAINT ck_reorganisation_state CHECK (state IN ('draft', 'scheduled', 'carried_out', 'undone'))
CONSTRAINT fk_reorganisation_keeper_id FOREIGN KEY(keeper_id) REFERENCES unit (id)
CONSTRAINT fk_reorganisation_register_id FOREIGN KEY(register_id) REFERENCES register (id)
CONSTRAINT pk_reorganisation PRIMARY KEY (id)

CREATE TABLE replaced_item (
change_id CHAR(32) NOT NULL
item_id CHAR(32) NOT NULL
outcome VARCHAR(20) NOT NULL
into_id CHAR(32)
)
CONSTRAINT ck_replaced_item_into CHECK ((outcome = 'carry_over') = (into_id IS NOT NULL))
CONSTRAINT ck_replaced_item_outcome CHECK (outcome IN ('end', 'carry_over', 'keep'))
CONSTRAINT fk_replaced_item_change_id FOREIGN KEY(change_id) REFERENCES directive_change (id)
CONSTRAINT fk_replaced_item_into_id FOREIGN KEY(into_id) REFERENCES item (id)
CONSTRAINT fk_replaced_item_item_id FOREIGN KEY(item_id) REFERENCES item (id)
CONSTRAINT pk_replaced_item PRIMARY KEY (change_id, item_id)

CREATE TABLE request_count (
bucket VARCHAR(80) NOT NULL
minute INTEGER NOT NULL
taken INTEGER NOT NULL
)
CONSTRAINT pk_request_count PRIMARY KEY (bucket, minute)

CREATE TABLE request_file (
request_id CHAR(32) NOT NULL
file_id CHAR(32) NOT NULL
)
CONSTRAINT fk_request_file_file_id FOREIGN KEY(file_id) REFERENCES file (id)
CONSTRAINT pk_request_file PRIMARY KEY (request_id, file_id)

CREATE TABLE return (
id CHAR(32) NOT NULL
register_id CHAR(32) NOT NULL
obligation_id CHAR(32) NOT NULL
reason VARCHAR NOT NULL
proposed_unit_id CHAR(32)
returned_on DATE NOT NULL
answer_by DATE NOT NULL
asked_by CHAR(32) NOT NULL
asked_at DATETIME NOT NULL
decision VARCHAR(20)
decision_reason VARCHAR NOT NULL
decided_by CHAR(32)
decided_at DATETIME
)
CONSTRAINT ck_return_decision CHECK (decision IN ('granted', 'refused', 'closed'))
CONSTRAINT fk_return_obligation_id FOREIGN KEY(obligation_id) REFERENCES obligation (id)
CONSTRAINT fk_return_proposed_unit_id FOREIGN KEY(proposed_unit_id) REFERENCES unit (id)
CONSTRAINT fk_return_register_id FOREIGN KEY(register_id) REFERENCES register (id)
CONSTRAINT pk_return PRIMARY KEY (id)

CREATE TABLE saved_view (
id CHAR(32) NOT NULL
register_id CHAR(32) NOT NULL
account_id CHAR(32) NOT NULL
name VARCHAR(100) NOT NULL
query VARCHAR(500) NOT NULL
made_at DATETIME NOT NULL
)
CONSTRAINT fk_saved_view_account_id FOREIGN KEY(account_id) REFERENCES account (id)
CONSTRAINT fk_saved_view_register_id FOREIGN KEY(register_id) REFERENCES register (id)
CONSTRAINT pk_saved_view PRIMARY KEY (id)
CONSTRAINT uq_saved_view_account_id_register_id_name UNIQUE (account_id, register_id, name)

CREATE TABLE scoring_part (
policy_id CHAR(32) NOT NULL
position INTEGER NOT NULL
kind VARCHAR(20) NOT NULL
points INTEGER NOT NULL
cost_percent INTEGER NOT NULL
beyond_days INTEGER
)
CONSTRAINT ck_scoring_part_kind CHECK (kind IN ('timeliness', 'completion', 'overdue'))
CONSTRAINT fk_scoring_part_policy_id FOREIGN KEY(policy_id) REFERENCES scoring_policy (id)
CONSTRAINT pk_scoring_part PRIMARY KEY (policy_id, position)

CREATE TABLE scoring_policy (
id CHAR(32) NOT NULL
register_id CHAR(32) NOT NULL
version INTEGER NOT NULL
overdue_days TEXT NOT NULL
silent_days INTEGER NOT NULL
counted_min INTEGER NOT NULL
commend_from INTEGER NOT NULL
criticise_below INTEGER NOT NULL
basis VARCHAR NOT NULL
made_by CHAR(32) NOT NULL
made_at DATETIME NOT NULL
)
CONSTRAINT fk_scoring_policy_register_id FOREIGN KEY(register_id) REFERENCES register (id)
CONSTRAINT pk_scoring_policy PRIMARY KEY (id)
CONSTRAINT uq_scoring_policy_register_id_version UNIQUE (register_id, version)

CREATE TABLE series (
id CHAR(32) NOT NULL
register_id CHAR(32) NOT NULL
directive_id CHAR(32) NOT NULL
item_id CHAR(32) NOT NULL
version INTEGER NOT NULL
text VARCHAR NOT NULL
rule TEXT NOT NULL
rolls BOOLEAN NOT NULL
mark VARCHAR(4) NOT NULL
from_on DATE NOT NULL
until_on DATE
next_on DATE
make_on DATE
predecessor_id CHAR(32)
ended_by CHAR(32)
made_by CHAR(32) NOT NULL
made_at DATETIME NOT NULL
)
CONSTRAINT fk_series_directive_id FOREIGN KEY(directive_id) REFERENCES directive (id)
CONSTRAINT fk_series_ended_by FOREIGN KEY(ended_by) REFERENCES directive_change (id)
CONSTRAINT fk_series_item_id FOREIGN KEY(item_id) REFERENCES item (id)
CONSTRAINT fk_series_predecessor_id FOREIGN KEY(predecessor_id) REFERENCES series (id)
CONSTRAINT fk_series_register_id FOREIGN KEY(register_id) REFERENCES register (id)
CONSTRAINT pk_series PRIMARY KEY (id)

CREATE TABLE series_period (
series_id CHAR(32) NOT NULL
period VARCHAR(20) NOT NULL
item_id CHAR(32) NOT NULL
register_id CHAR(32) NOT NULL
start_on DATE NOT NULL
end_on DATE NOT NULL
after_on DATE NOT NULL
last_on DATE NOT NULL
position INTEGER NOT NULL
rolls BOOLEAN NOT NULL
due_minute INTEGER
calendar_id CHAR(32) NOT NULL
due_on DATE
cause_id CHAR(32) NOT NULL
holds BOOLEAN NOT NULL
)
CONSTRAINT fk_series_period_calendar_id FOREIGN KEY(calendar_id) REFERENCES calendar (id)
CONSTRAINT fk_series_period_item_id FOREIGN KEY(item_id) REFERENCES item (id)
CONSTRAINT fk_series_period_register_id FOREIGN KEY(register_id) REFERENCES register (id)
CONSTRAINT fk_series_period_series_id FOREIGN KEY(series_id) REFERENCES series (id)
CONSTRAINT pk_series_period PRIMARY KEY (series_id, period)

CREATE TABLE series_unit (
series_id CHAR(32) NOT NULL
unit_id CHAR(32) NOT NULL
assignment_id CHAR(32) NOT NULL
from_on DATE NOT NULL
until_on DATE
)
CONSTRAINT fk_series_unit_assignment_id FOREIGN KEY(assignment_id) REFERENCES assignment (id)
CONSTRAINT fk_series_unit_series_id FOREIGN KEY(series_id) REFERENCES series (id)
CONSTRAINT fk_series_unit_unit_id FOREIGN KEY(unit_id) REFERENCES unit (id)
CONSTRAINT pk_series_unit PRIMARY KEY (series_id, unit_id, assignment_id)

CREATE TABLE submission (
id CHAR(32) NOT NULL
obligation_id CHAR(32) NOT NULL
text VARCHAR NOT NULL
document TEXT
submitted_on DATE NOT NULL
submitted_by CHAR(32) NOT NULL
submitted_at DATETIME NOT NULL
decision VARCHAR(20)
comment VARCHAR NOT NULL
decided_by CHAR(32)
decided_at DATETIME
)
CONSTRAINT ck_submission_decision CHECK (decision IN ('accepted', 'sent_back'))
CONSTRAINT fk_submission_obligation_id FOREIGN KEY(obligation_id) REFERENCES obligation (id)
CONSTRAINT pk_submission PRIMARY KEY (id)

CREATE TABLE submission_file (
submission_id CHAR(32) NOT NULL
file_id CHAR(32) NOT NULL
)
CONSTRAINT fk_submission_file_file_id FOREIGN KEY(file_id) REFERENCES file (id)
CONSTRAINT fk_submission_file_submission_id FOREIGN KEY(submission_id) REFERENCES submission (id)
CONSTRAINT pk_submission_file PRIMARY KEY (submission_id, file_id)

CREATE TABLE succession (
id CHAR(32) NOT NULL
reorganisation_id CHAR(32) NOT NULL
kind VARCHAR(20) NOT NULL
old_unit_id CHAR(32) NOT NULL
new_unit_id CHAR(32)
name VARCHAR(300) NOT NULL
)
CONSTRAINT ck_succession_kind CHECK (kind IN ('rename', 'merge', 'split', 'dissolve', 'transfer'))
CONSTRAINT fk_succession_new_unit_id FOREIGN KEY(new_unit_id) REFERENCES unit (id)
CONSTRAINT fk_succession_old_unit_id FOREIGN KEY(old_unit_id) REFERENCES unit (id)
CONSTRAINT fk_succession_reorganisation_id FOREIGN KEY(reorganisation_id) REFERENCES reorganisation (id)
CONSTRAINT pk_succession PRIMARY KEY (id)
CONSTRAINT uq_succession_reorganisation_id_old_unit_id_new_unit_id UNIQUE (reorganisation_id, old_unit_id, new_unit_id)

CREATE TABLE suspension (
id CHAR(32) NOT NULL
obligation_id CHAR(32) NOT NULL
reason VARCHAR NOT NULL
stood VARCHAR(20) NOT NULL
suspended_on DATE NOT NULL
suspended_by CHAR(32) NOT NULL
suspended_at DATETIME NOT NULL
resumed_on DATE
resumed_by CHAR(32)
resumed_at DATETIME
)
CONSTRAINT ck_suspension_stood CHECK (stood IN ('assigned', 'acknowledged', 'in_progress', 'submitted', 'accepted', 'returned', 'suspended', 'withdrawn', 'transferred'))
CONSTRAINT fk_suspension_obligation_id FOREIGN KEY(obligation_id) REFERENCES obligation (id)
CONSTRAINT pk_suspension PRIMARY KEY (id)

CREATE TABLE tally (
id CHAR(32) NOT NULL
register_id CHAR(32) NOT NULL
cut_off DATE NOT NULL
overdue_days TEXT NOT NULL
silent_days INTEGER NOT NULL
soon_on DATE
known_at DATETIME NOT NULL
)
CONSTRAINT fk_tally_register_id FOREIGN KEY(register_id) REFERENCES register (id)
CONSTRAINT pk_tally PRIMARY KEY (id)

CREATE TABLE tally_line (
tally_id CHAR(32) NOT NULL
axis VARCHAR(20) NOT NULL
key CHAR(32) NOT NULL
code INTEGER NOT NULL
number INTEGER NOT NULL
)
CONSTRAINT ck_tally_line_axis CHECK (axis IN ('unit', 'item', 'overdue'))
CONSTRAINT fk_tally_line_tally_id FOREIGN KEY(tally_id) REFERENCES tally (id)
CONSTRAINT pk_tally_line PRIMARY KEY (tally_id, axis, key, code)

CREATE TABLE telling_by_hand (
delivery_id CHAR(32) NOT NULL
means VARCHAR(20) NOT NULL
told_on DATE NOT NULL
note VARCHAR NOT NULL
recorded_by CHAR(32) NOT NULL
recorded_at DATETIME NOT NULL
)
CONSTRAINT ck_telling_by_hand_means CHECK (means IN ('phone', 'in_person', 'letter', 'other'))
CONSTRAINT fk_telling_by_hand_delivery_id FOREIGN KEY(delivery_id) REFERENCES delivery (id)
CONSTRAINT pk_telling_by_hand PRIMARY KEY (delivery_id)

CREATE TABLE term (
item_id CHAR(32) NOT NULL
directive_id CHAR(32) NOT NULL
start VARCHAR(20) NOT NULL
pace VARCHAR(20) NOT NULL
days INTEGER
rolls BOOLEAN NOT NULL
from_on DATE
deemed_days INTEGER NOT NULL
)
CONSTRAINT ck_term_pace CHECK (pace IN ('working_days', 'days', 'minutes'))
CONSTRAINT ck_term_start CHECK (start IN ('signing', 'issue', 'receipt', 'event', 'day'))
CONSTRAINT fk_term_directive_id FOREIGN KEY(directive_id) REFERENCES directive (id)
CONSTRAINT fk_term_item_id FOREIGN KEY(item_id) REFERENCES item (id)
CONSTRAINT pk_term PRIMARY KEY (item_id)

CREATE TABLE threshold (
set_id CHAR(32) NOT NULL
criterion_code VARCHAR(60) NOT NULL
position INTEGER NOT NULL
zone VARCHAR(60) NOT NULL
bound VARCHAR(20) NOT NULL
amount BIGINT NOT NULL
)
CONSTRAINT ck_threshold_bound CHECK (bound IN ('at_least', 'at_most'))
CONSTRAINT fk_threshold_set_id FOREIGN KEY(set_id) REFERENCES criterion_set (id)
CONSTRAINT pk_threshold PRIMARY KEY (set_id, criterion_code, position)

CREATE TABLE unit (
id CHAR(32) NOT NULL
code VARCHAR(60) NOT NULL
kind VARCHAR(40) NOT NULL
name VARCHAR(300) NOT NULL
name_folded VARCHAR(300) NOT NULL
parent_id CHAR(32)
subordinate BOOLEAN NOT NULL
valid_from DATE NOT NULL
valid_to DATE
version INTEGER NOT NULL
)
CONSTRAINT ck_unit_dates CHECK (valid_to IS NULL OR valid_to > valid_from)
CONSTRAINT fk_unit_parent_id FOREIGN KEY(parent_id) REFERENCES unit (id)
CONSTRAINT pk_unit PRIMARY KEY (id)
CONSTRAINT uq_unit_code_valid_from UNIQUE (code, valid_from)

CREATE TABLE unit_attribute (
id CHAR(32) NOT NULL
unit_id CHAR(32) NOT NULL
attribute VARCHAR(60) NOT NULL
valid_from DATE NOT NULL
valid_to DATE
)
CONSTRAINT fk_unit_attribute_unit_id FOREIGN KEY(unit_id) REFERENCES unit (id)
CONSTRAINT pk_unit_attribute PRIMARY KEY (id)

CREATE TABLE unit_group (
id CHAR(32) NOT NULL
register_id CHAR(32) NOT NULL
code VARCHAR(60) NOT NULL
name VARCHAR(300) NOT NULL
rule TEXT
version INTEGER NOT NULL
)
CONSTRAINT fk_unit_group_register_id FOREIGN KEY(register_id) REFERENCES register (id)
CONSTRAINT pk_unit_group PRIMARY KEY (id)
CONSTRAINT uq_unit_group_register_id_code UNIQUE (register_id, code)

CREATE TABLE unit_identifier (
id CHAR(32) NOT NULL
unit_id CHAR(32) NOT NULL
scheme VARCHAR(40) NOT NULL
value VARCHAR(100) NOT NULL
valid_from DATE NOT NULL
valid_to DATE
)
CONSTRAINT fk_unit_identifier_unit_id FOREIGN KEY(unit_id) REFERENCES unit (id)
CONSTRAINT pk_unit_identifier PRIMARY KEY (id)
CONSTRAINT uq_unit_identifier_scheme_value_valid_from UNIQUE (scheme, value, valid_from)

CREATE TABLE unit_name (
id CHAR(32) NOT NULL
unit_id CHAR(32) NOT NULL
name VARCHAR(300) NOT NULL
valid_from DATE NOT NULL
valid_to DATE NOT NULL
)
CONSTRAINT fk_unit_name_unit_id FOREIGN KEY(unit_id) REFERENCES unit (id)
CONSTRAINT pk_unit_name PRIMARY KEY (id)

CREATE TABLE unsequenced (
seq INTEGER NOT NULL
)
CONSTRAINT pk_unsequenced PRIMARY KEY (seq)

CREATE TABLE untold (
id CHAR(32) NOT NULL
register_id CHAR(32) NOT NULL
obligation_id CHAR(32) NOT NULL
unit_id CHAR(32) NOT NULL
role VARCHAR(20) NOT NULL
reminder_id CHAR(32)
event_seq INTEGER
found_at DATETIME NOT NULL
looked_on DATE NOT NULL
ended_at DATETIME
ending VARCHAR(20)
ended_by CHAR(32)
means VARCHAR(20)
told_on DATE
note VARCHAR NOT NULL
)
CONSTRAINT ck_untold_ended CHECK ((ended_at IS NULL) = (ending IS NULL))
CONSTRAINT ck_untold_ending CHECK (ending IN ('told_by_hand', 'told_again'))
CONSTRAINT ck_untold_means CHECK (means IN ('phone', 'in_person', 'letter', 'other'))
CONSTRAINT ck_untold_one_cause CHECK ((reminder_id IS NULL) <> (event_seq IS NULL))
CONSTRAINT ck_untold_role CHECK (role IN ('officer', 'clerk', 'head', 'deputy', 'office_chief', 'vice_chair', 'chair'))
CONSTRAINT fk_untold_event_seq FOREIGN KEY(event_seq) REFERENCES event (seq)
CONSTRAINT fk_untold_obligation_id FOREIGN KEY(obligation_id) REFERENCES obligation (id)
CONSTRAINT fk_untold_register_id FOREIGN KEY(register_id) REFERENCES register (id)
CONSTRAINT fk_untold_reminder_id FOREIGN KEY(reminder_id) REFERENCES reminder (id)
CONSTRAINT fk_untold_unit_id FOREIGN KEY(unit_id) REFERENCES unit (id)
CONSTRAINT pk_untold PRIMARY KEY (id)
CONSTRAINT uq_untold_event_seq UNIQUE (event_seq)
CONSTRAINT uq_untold_reminder_id UNIQUE (reminder_id)

CREATE UNIQUE INDEX uq_calendar_day_day_no ON calendar_day (calendar_id, day_no)

CREATE UNIQUE INDEX uq_directive_change_end ON directive_change (directive_id) WHERE kind IN ('replace', 'revoke')

CREATE UNIQUE INDEX uq_extension_waiting ON extension (obligation_id) WHERE decision IS NULL

CREATE UNIQUE INDEX uq_goal_served ON goal (obligation_id, set_code, criterion_code, unit_id, year) WHERE ended_at IS NULL

CREATE UNIQUE INDEX uq_implementation_holds ON implementation (item_id, origin_id) WHERE ended_at IS NULL

CREATE UNIQUE INDEX uq_objective_cause_waiting ON objective_cause (obligation_id) WHERE decision IS NULL

CREATE UNIQUE INDEX uq_phrase_meaning_held ON phrase_meaning (register_id, folded) WHERE revoked_at IS NULL

CREATE UNIQUE INDEX uq_return_waiting ON return (obligation_id) WHERE decision IS NULL

CREATE UNIQUE INDEX uq_suspension_open ON suspension (obligation_id) WHERE resumed_on IS NULL

CREATE TABLE waiver (
id CHAR(32) NOT NULL
directive_id CHAR(32) NOT NULL
code VARCHAR(60) NOT NULL
reason VARCHAR NOT NULL
waived_by CHAR(32) NOT NULL
waived_at DATETIME NOT NULL
)
CONSTRAINT fk_waiver_directive_id FOREIGN KEY(directive_id) REFERENCES directive (id)
CONSTRAINT pk_waiver PRIMARY KEY (id)

CREATE TABLE watch (
id CHAR(32) NOT NULL
register_id CHAR(32) NOT NULL
obligation_id CHAR(32) NOT NULL
kind VARCHAR(20) NOT NULL
policy_id CHAR(32) NOT NULL
calendar_id CHAR(32) NOT NULL
anchor_on DATE NOT NULL
anchor_at DATETIME NOT NULL
entered_at DATETIME NOT NULL
round INTEGER NOT NULL
next_step INTEGER NOT NULL
occurrence INTEGER NOT NULL
next_action_at DATETIME
subject_id CHAR(32) NOT NULL
unit_id CHAR(32) NOT NULL
stopped_at DATETIME
)
CONSTRAINT ck_watch_kind CHECK (kind IN ('deadline', 'acknowledgement', 'silence', 'acceptance', 'return', 'extension', 'explanation', 'coordination'))
CONSTRAINT fk_watch_calendar_id FOREIGN KEY(calendar_id) REFERENCES calendar (id)
CONSTRAINT fk_watch_obligation_id FOREIGN KEY(obligation_id) REFERENCES obligation (id)
CONSTRAINT fk_watch_policy_id FOREIGN KEY(policy_id) REFERENCES escalation_policy (id)
CONSTRAINT fk_watch_register_id FOREIGN KEY(register_id) REFERENCES register (id)
CONSTRAINT fk_watch_unit_id FOREIGN KEY(unit_id) REFERENCES unit (id)
CONSTRAINT pk_watch PRIMARY KEY (id)
CONSTRAINT uq_watch_subject UNIQUE (obligation_id, kind, subject_id)

CREATE TABLE webhook_attempt (
endpoint_id CHAR(32) NOT NULL
position INTEGER NOT NULL
fence INTEGER NOT NULL
began_at DATETIME NOT NULL
ended_at DATETIME
status INTEGER
reason VARCHAR(300) NOT NULL
answer VARCHAR(1024) NOT NULL
)
CONSTRAINT fk_webhook_attempt_endpoint_id FOREIGN KEY(endpoint_id) REFERENCES webhook_endpoint (id)
CONSTRAINT pk_webhook_attempt PRIMARY KEY (endpoint_id, position, fence)

CREATE TABLE webhook_call (
endpoint_id CHAR(32) NOT NULL
position INTEGER NOT NULL
state VARCHAR(20) NOT NULL
attempts INTEGER NOT NULL
fence INTEGER NOT NULL
next_attempt_at DATETIME
)
CONSTRAINT ck_webhook_call_state CHECK (state IN ('queued', 'sending', 'sent', 'failed'))
CONSTRAINT fk_webhook_call_endpoint_id FOREIGN KEY(endpoint_id) REFERENCES webhook_endpoint (id)
CONSTRAINT pk_webhook_call PRIMARY KEY (endpoint_id, position)

CREATE TABLE webhook_endpoint (
id CHAR(32) NOT NULL
register_id CHAR(32) NOT NULL
version INTEGER NOT NULL
url VARCHAR(500) NOT NULL
description VARCHAR(300) NOT NULL
types TEXT NOT NULL
state VARCHAR(20) NOT NULL
reason VARCHAR(300) NOT NULL
challenge VARCHAR(64) NOT NULL
secrets VARCHAR NOT NULL
public_key VARCHAR(100) NOT NULL
old_secret_until DATETIME
position INTEGER NOT NULL
failing_since DATETIME
made_by CHAR(32) NOT NULL
made_at DATETIME NOT NULL, kept_after INTEGER DEFAULT '0' NOT NULL, missing_after INTEGER, missing_until INTEGER
)
CONSTRAINT ck_webhook_endpoint_state CHECK (state IN ('unverified', 'active', 'disabled'))
CONSTRAINT fk_webhook_endpoint_register_id FOREIGN KEY(register_id) REFERENCES register (id)
CONSTRAINT pk_webhook_endpoint PRIMARY KEY (id)

CREATE TABLE wording (
id CHAR(32) NOT NULL
register_id CHAR(32) NOT NULL
kind VARCHAR(20) NOT NULL
version INTEGER NOT NULL
subject VARCHAR NOT NULL
opening VARCHAR NOT NULL
request VARCHAR NOT NULL
duty VARCHAR NOT NULL
body VARCHAR NOT NULL
zalo VARCHAR NOT NULL
reason VARCHAR NOT NULL
made_by CHAR(32) NOT NULL
made_at DATETIME NOT NULL
)
CONSTRAINT ck_wording_kind CHECK (kind IN ('issue', 'digest', 'urgent', 'escalation', 'missed', 'notice'))
CONSTRAINT fk_wording_register_id FOREIGN KEY(register_id) REFERENCES register (id)
CONSTRAINT pk_wording PRIMARY KEY (id)
CONSTRAINT uq_wording_register_id_kind_version UNIQUE (register_id, kind, version)
