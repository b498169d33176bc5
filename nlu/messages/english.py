"""The English messages: for programs that use the library, logs and answers over HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

ENGLISH: Mapping[str, str] = MappingProxyType(
    {
        # Lists of names inside other messages
        "names.all": "there are: {names}",
        "names.closest": "did you mean {name!r}? ",
        "names.more": "there are: {names} and {more} more",
        "names.none": "none",
        "names.nothing_yet": "there are none yet",
        # Look-ups and packages
        "kind.augmentation": "augmentation",
        "kind.bundle_file": "file in the bundle",
        "kind.entity": "entity",
        "kind.figure": "figure",
        "kind.format": "format",
        "kind.importer": "importer for",
        "kind.intent": "intent",
        "kind.slice": "slice",
        "kind.snapshot": "snapshot",
        "kind.snapshot_file": "file in the snapshot",
        "kind.table": "table in",
        "kind.tokenizer": "tokenizer",
        "kind.version": "version",
        "choice.unknown": "no {kind} {name!r}; there are: {choices}",
        "package.missing": "package {package!r} is needed; install it with: {install}",
        "package.missing_for": "package {package!r} is needed ({why}); install it with: {install}",
        # Proposals into the author's files, and out again
        "accept.bytes": "{path}: its text would not give its bytes again; save it as UTF-8",
        "accept.changed": "{path}:{line}: what #{number} of the inbox wrote has been edited since; take it out by hand",
        "accept.encoding": "{path}: its encoding ({encoding}) lacks the character '{char}'; save it as UTF-8",
        "accept.line": "not one line of a pattern: {line}",
        "accept.meanwhile": "{path} has changed meanwhile; try again",
        "accept.missing": "nothing that #{number} of the inbox wrote is in the files",
        "accept.no_column": "{path}: the dictionary has no column for {entity}",
        "accept.nothing": "nothing to write: it is in the files already",
        "accept.refused": "nothing was written; with it the files would have these mistakes:\n{problem}",
        "accept.separator": "{path}: a value with '|' or ';' can't be written in this dictionary: {surface}",
        "accept.taken": "#{number} of the inbox is in the files already; undo it first",
        # A bundle for the browser
        "browser.integrity": "{package} {version}: expected {expected}, got {got}; download it again",
        "browser.no_registry": (
            "no npm registry is known to download {package} {version} from; install npm, set npm_config_registry, or "
            "give the file that `npm pack {package}@{version}` leaves as --onnxruntime"
        ),
        "browser.computed": "{version} has types with computed values only ({{@date}} …), which no browser reads yet",
        "browser.tokenizer": (
            '{version}: the tokenizer {tokenizer} can\'t run in a browser; write name = "syllable" in [tokenizer] of '
            "nlu.toml and train again; those that can: {names}"
        ),
        "browser.unreachable": (
            "{url}: could not download {package} {version} ({problem}); give the file that `npm pack "
            "{package}@{version}` leaves as --onnxruntime"
        ),
        # Jobs
        "kind.job": "kind of job",
        "jobs.broker": "{variable}: expected a URL of Redis, such as redis://:password@host:6379/0",
        "jobs.argument_choice": "{argument}: expected one of {choices}, got {got!r}",
        "jobs.argument_json": "expected the arguments as a JSON object",
        "jobs.argument_missing": "expected a value for {argument}",
        "jobs.argument_unknown": "no argument {argument!r}; {choices:near argument}",
        "jobs.argument_wrong": "{argument}: expected {expected}, got {got!r}",
        "jobs.before_failed": "not done, since job {job} before it came to no good end",
        "jobs.cron": "expected five fields of a crontab (minute hour day month weekday; as 0 3 * * *), got {got!r}",
        "jobs.cron_never": "{got!r}: this time never comes",
        "jobs.schedule": "expected a name of at most {most} characters and at least one job, got {got!r}",
        "jobs.schedule_unknown": "there is no schedule {name!r}",
        "jobs.source": (
            "{argument}: expected a file of the project, journal, or a variable whose name ends with _URL, as "
            "env:TALKS_URL; a database's URL stays in the worker's environment, so that no password is kept"
        ),
        "jobs.timezone": "expected a time zone such as Asia/Seoul, got {got!r}",
        "jobs.exit_code": "the command ended with code {code}",
        "jobs.killed": "the command was ended by {signal}; SIGKILL may be for want of memory",
        "jobs.lease": "{variable}: expected seconds from {least:g} to {most:g}, got {got!r}",
        "jobs.lost": "{attempts} workers were lost over it, so it is given up; add the same job to begin it again",
        "jobs.no_active": "expected a model that answers, to compare with; name a version as old",
        "jobs.kept": "{argument}: {got!r} lies where the bot keeps its files; name another, such as out/answers.csv",
        "jobs.no_file": "{argument}: there is no file {got!r}",
        "jobs.no_version_name": "{argument}: expected a version such as 20261121-143015-ab12cd34, got {got!r}",
        "jobs.no_word": "{argument}: expected a text that does not begin with -, got {got!r}",
        "jobs.outside": "{argument}: expected a file inside the project, named from its folder, got {got!r}",
        "jobs.over": "job {job} has ended ({state})",
        "jobs.unknown": "there is no job {job}",
        "jobs.value.bool": "true or false",
        "jobs.value.float": "a number",
        "jobs.value.int": "a whole number",
        "jobs.value.other": "another value",
        "jobs.value.string": "a string",
        "jobs.value.tuple": "a list",
        "jobs.word": "expected name=value, got {got!r}",
        "jobs.version_missing": "{argument}: name a version, or put the job after one that makes a model (train)",
        "database.network_folder": (
            "{path}: a SQLite file in a folder of another machine ({kind}) can't be shared; keep it on a disk of this "
            "one, or name a PostgreSQL database in NLU_RECORDS_URL"
        ),
        # Bundles
        "folds.few": "expected at least as many patterns (or groups of wordings) as folds, got {patterns} and {folds}",
        "folds.fold": "fold {number} of {count}: learning {learned:,} utterances, testing {tested:,}",
        "compare.same": "expected two models to compare, got {version} twice",
        "compare.strangers": "expected models that know some intent in common, got one of {old} and one of {new}",
        "compare.intents": "only {model} knows {intents}; see known_to_both for utterances that both can have right",
        "compare.measured": (
            "compared are the models measured in training, on {count:,} of {tested:,} test utterances of {data}: those "
            "new to both, whose pattern and values are known to both or to neither"
        ),
        "compare.learned_both": "both models have learned these utterances of {data}: this tells nothing of new ones",
        "compare.learned_one": "{model} has learned these utterances of {data}, the other has not: that favours it",
        "compare.learned_unknown": "neither model was trained on {data}, but may have learned some of it",
        "bundle.digest": "{path}: expected SHA-256 {expected}, got {got}",
        "bundle.file_missing": "{path}: is listed in the manifest but missing",
        "bundle.file_name": (
            "expected a file name of letters, digits and ._- inside the bundle, and not {manifest}, got {name!r}"
        ),
        "bundle.file_unlisted": "{path}: is not listed in the manifest",
        "bundle.folder_taken": "{folder}: expected a new folder, but there is one already",
        "bundle.format": (
            "{path}: expected format version {expected}, got {got!r}; "
            "another version of this product wrote it, so train again"
        ),
        "bundle.link": "{path}: expected a plain file, got a link",
        "bundle.long": "{path}: expected a manifest of at most {most} bytes, got {size}",
        "bundle.manifest": "{path}: a part is missing or of the wrong kind ({problem})",
        "bundle.morphemes": "expected a model that tags syllables, got one that tags by {level}; train it again",
        "bundle.network": "a network can't be loaded: {problem}",
        "bundle.no_folder": "{folder}: is no folder",
        "bundle.no_format": "{path}: expected a JSON object with a format_version ({problem})",
        "bundle.no_manifest": "{folder}: has no manifest; it is no bundle, or half of one",
        "bundle.not_json": "{path}: expected JSON ({problem})",
        "bundle.part": "{folder}: a part of the model is missing or of the wrong kind ({problem})",
        "bundle.removed": "the version being served was removed: {problem}",
        "bundle.size": "{path}: expected {expected} bytes, got {got}",
        "bundle.tensors": "expected the tensors {names}, found no {missing}",
        "bundle.tokenizer": "{folder}: {problem}",
        "bundle.special": "{path}: expected a plain file, got something else",
        "bundle.unreadable": "{path}: can't be read ({problem})",
        "bundle.unusable": "{folder}: can't answer here ({problem})",
        "bundle.user_dictionary": "expected a compiled MeCab user dictionary at {path}, got none",
        "bundle.version": "{folder}: expected the manifest of version {expected}, got that of {got}",
        "bundle.weights": "the weights can't be read: {problem}",
        # What the server lacks
        "answers.unavailable": "the bot has no answers: {problem}",
        "metrics.not_shared": "expected a server whose processes share their numbers, got one whose processes do not",
        # Drift
        "monitoring.nothing": "version {version} has answered less than a hundred utterances that were recorded",
        "drift.empty": "{path}: no utterances to compare",
        "drift.line": "{path}: line {number} is no JSON object with a text",
        "drift.no_sketch": (
            "{version}: the bundle has no sketch (drift.json); train again, give --reference FILE, or take what was "
            "served with nlu-drift --rebase"
        ),
        "drift.not_with_file": "--rebase and --every are for records, not for a file",
        "drift.nothing_served": "{version}: no records of this version to make a baseline of",
        "drift.reference_alone": "--reference goes with a file of utterances",
        # Why an utterance was not understood
        "fallback.not_allowed": "no other intent is allowed",
        "fallback.nothing": "nothing to understand: no letter, digit or sign is left",
        "fallback.out_of_scope": "out of scope: it resembles the examples of nlu_fallback most",
        "fallback.unfamiliar": (
            "unfamiliar: only {coverage:.0%} of its character sequences occur in the training text"
        ),
        "fallback.unsure": "unsure: the best intent has a confidence of {confidence:.2f}",
        # What imported files hold that is not used
        "import.regex_unused": "{path}: the regular expression {name!r} ({place}) is not used",
        "import.synonym_unused": (
            "{path}: the synonym {synonym!r} ({place}) is not used, since nothing says the entity of {value!r}"
        ),
        "import.values_unused": "{path}: {count} dictionary values are not used; copy them to yours if you need them",
        # Requests and utterances
        "init.name": "{given!r}: expected a name of up to 40 letters, digits, spaces, _ . -, a letter or digit first",
        "init.no_folder": "{path}: there is a file of this name; name another folder",
        "init.not_empty": "{path}: the folder is not empty; nothing was written. Name a new or an empty one",
        "intake.no_source": "name what to import: a file, the URL of a database, journal; see nlu-import --help",
        "intake.no_variable": "there is no environment variable {name}; write the URL of the database there",
        "intake.name": "{name!r}: a set's name is of letters, digits, spaces, _ . -, a letter or digit first",
        "intake.no_text_column": "can't tell which column holds what was said; give --text; there are: {columns}",
        "intake.no_column": "no column {name!r}; {columns:near name}",
        "intake.table_or_query": "to read a database give one of --table NAME and --query SQL",
        "intake.no_table": "no table {name!r}; {choices:near name}",
        "intake.no_url": "can't read the URL of the database; expected such as mysql+pymysql://user:password@host/name",
        "intake.dialect": "what reads a database of the kind {name!r} is not installed",
        "intake.database": "{place}: can't read the database: {problem}",
        "intake.no_set": "{path}: holds something that is no imported set; give another name with --name",
        "review.few": "to compare labels, expected two intents or more of two rows or more each, got {count}",
        "predict.rows_many": "a sheet holds {most:,} rows at most; write the result as .csv",
        "input.bound": "{given}: expected a part from 0 to 1, such as 0.9 or entity_f1=0.85",
        "input.bound_percent": "{given}: a part goes from 0 to 1; {percent} % is {part}",
        "input.compare_and_bounds": "--least and --most are about one model, and can't be used with --compare",
        "input.file_line_not_utf8": "{path}: expected UTF-8, got something else in line {number}",
        "input.folds_alone": "--folds takes all utterances of the data set, and neither files nor --compare",
        "input.import_weight": "{given}: expected a weight above 0 after '=', such as {path}=3",
        "input.same_file": "{path}: the result would replace what it is made from; give it another name",
        "input.line_long": "{path}: expected at most {most} bytes, got more in line {number}",
        "input.line_not_utf8": "expected UTF-8 on standard input, got something else in line {number}",
        "input.no_text": "expected a text, got {got}",
        "input.texts_and_file": "expected utterances or --file, got both",
        # Training
        "compress.no_test": "expected a test part to measure on, found none",
        "training.checkpoint": "{path} can't be read ({problem}); remove it to start over",
        "training.checkpoint_network": "{path} belongs to a run with another network or data; remove it to start over",
        "training.checkpoint_settings": "{path} belongs to a run with other settings; remove it to start over",
        "training.device": "expected the device 'cpu', 'cuda' or 'auto', got {name!r}",
        "training.few_intents": "expected utterances of at least two intents, got {intents}",
        "training.gradient": (
            "the gradient became {number} in epoch {epoch}, step {step}; "
            "lower the learning rate (now {rate}) or look for broken data"
        ),
        "training.loss": (
            "the loss became {number} in epoch {epoch}, step {step}; "
            "lower the learning rate (now {rate}) or look for broken data"
        ),
        "training.no_cuda": "expected a CUDA device, found none; use device 'cpu' or 'auto'",
        "training.no_entities": "expected utterances to learn entities from, got none",
        "training.no_utterances": "{data}: expected training utterances, got none",
        "training.process_ended": "a process that trained ended with code {code}",
        "training.processes_apart": "the processes that train together can't be reached ({problem})",
        "training.processes_differ": "the processes that train together have other data or settings than one another",
        "training.unfitted": "the {estimator} is not fitted; call fit first",
        # The inbox
        "inbox.unknown_group": "no group {number} in the inbox",
        "inbox.unknown_member": "no record {record} in group {number} of the inbox",
        "inbox.unknown_decision": "no decision {number}",
        "inbox.undone": "decision {number} is undone already",
        "inbox.decided_since": "decision {number} was followed by {newer}; undo that first",
        "inbox.no_files": (
            "the author's files are not on this machine, so nothing can be proposed or accepted: "
            "use nlu-inbox in the bot's folder"
        ),
        "inbox.no_intent": "expected the name of an intent, got {given}",
        "inbox.spans_of_several": "expected one record whose entities are corrected, got several",
        "inbox.no_task": "{place} says no data.parse_id and data.text, as nlu-inbox export writes them",
        "inbox.no_region": "{place} marks a region that does not fit the text",
        "inbox.overlap": "{place} marks entities that overlap",
        "inbox.no_export": "{place} is not what Label Studio exports as JSON",
        "inbox.no_proposal": "the group has {count} proposals, so there is no {number}",
        "inbox.no_entities": 'expected entities as JSON, such as [{{"start": 0, "end": 2, "entity": "loc"}}]',
        "inbox.empty_file": "there are no utterances in {path}",
        "inbox.no_model": "the model is none that utterances can be compared by",
        "inbox.other_proposals": "the proposals are others by now; ask for them again",
        "inbox.no_fit": "expected entities apart from each other within the {length} characters of the utterance",
        "inbox.intent_missing": "expected an intent, as an edit says what is meant",
        # The records of what was said
        "keys.taken": "expected a new name, got {name!r}, which bears a key that still opens",
        "keys.unknown": "expected the name of a key that still opens, got {name!r}; there are: {there}",
        "records.driver": "expected a records_url of a SQLite file or of PostgreSQL, got {driver}",
        "records.no_url": "expected a records_url such as sqlite:////srv/records.db, got one that is no URL",
        "records.off": "expected a server that records, got one whose setting record is off",
        "records.refused": "{by} refused rows: {problem}",
        "records.unavailable": "{place}: {problem}",
        "records.unknown": "expected the parse_id of a record, got {parse_id!r}",
        # The registry
        "registry.active_broken": (
            "the active version {version} can't be read ({problem}); "
            "roll back, activate another one, or force a new one"
        ),
        "registry.active_file": "{path}: expected JSON with version and history ({problem})",
        "registry.busy": "another process is writing to {models}",
        "registry.none_active": "no version is active in {models}",
        "registry.none_earlier": "no version was active before {version} in {models}",
        "registry.none_undone": "no version was rolled back in {models}, or another one was activated since",
        "registry.not_served": "no model is being served: {problem}",
        "registry.notes_file": "{path}: expected JSON with texts and labels ({problem})",
        "registry.store_away": "{url}: the shared store can't be reached ({problem}); the active version stays",
        "registry.store_changed": "{url}: another host has changed the versions in use meanwhile; look, and try again",
        "registry.store_damaged": "{url}: {file} was uploaded, but what is read back differs; try again",
        "registry.store_file": "{path}: expected JSON with the URL of the shared store ({problem})",
        "registry.store_missing": "{url}: there is no {place}; make it first",
        "registry.store_none": "{models} is no copy of a shared store; name one with nlu-models share s3://bucket/folder",
        "registry.store_secret": "{variable} must hold no secret; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
        "registry.store_url": "{variable}: expected s3://bucket/folder or file:///folder, got {got}",
        "registry.trial_of_active": "version {version} is active already; expected a candidate to try beside it",
        "registry.trials_file": "{path}: expected JSON with running and ended trials ({problem})",
        "registry.single_model": "expected a server with a registry, got one that serves a single model",
        "registry.unwritable": (
            "expected a folder of models that the server may write, with the files {active} and {lock} in it, "
            "got {models}: {problem}"
        ),
        "registry.version_active": "version {version} is active; activate another one before deleting it",
        # Candidates that are tried beside the served version
        "beside.complaints": (
            "{new:.1f} % of {count} utterances were corrected, {old:.1f} % of {before} with the version before"
        ),
        "beside.error": "{error}",
        "beside.failures": "{failures} of {count} utterances could not be answered ({error})",
        "beside.fallbacks": (
            "{new:.1f} % of {count} utterances were not understood, {old:.1f} % of {before} with the version before"
        ),
        "beside.process": "the process in which it answered ended {deaths} times, with code {code} at last",
        "beside.slow": "{slow} of {count} utterances took longer than {seconds:g} s",
        "beside.slower": (
            "an utterance takes {new:.1f} ms, more than {most:g} times the {old:.1f} ms of the version before"
        ),
        "ended.activated": "it is served now",
        "ended.failed": "it failed to answer",
        "ended.not_loaded": "it could not be loaded",
        "ended.removed": "it was deleted",
        "ended.replaced": "another one took its place",
        "ended.slower": "it was too slow",
        "ended.stopped": "somebody stopped it",
        "ended.worse": "it was surely worse",
        # The loop that trains again by policy
        "loop.accepted": "{count} changes were accepted in the inbox, of at least {least}",
        "loop.asked": "somebody asked for it",
        "loop.drift": "what people say has moved: {names}",
        "loop.enough": "no more than {most} runs begin in 24 hours",
        "loop.every": "{days:g} days have passed since the run before",
        "loop.held": "the policy of promotion held it back (job {job}); the version before goes on",
        "loop.job_failed": "job {job} failed: {problem}",
        "loop.no_version": "no version is active; the first one is for nlu-train",
        "loop.not_begun": "it could not begin: {problem}",
        "loop.nothing_new": "patterns, dictionary and corrections are those of run {run}: nothing new to learn",
        "loop.nothing_new_after": (
            "run {run} did not end well, and patterns, dictionary and corrections are the same since; "
            "accept proposals, change the patterns, or force it by nlu-loop run --now"
        ),
        "loop.off": "the loop is off; enabled = true in loop.toml turns it on",
        "loop.open": "run {run} has not ended yet",
        "loop.quiet": "nothing begins within {hours:g} hours of the run before, until {until}",
        # Snapshots of an author's files
        "chat.busy": "another turn of the same user was taken at the same time, again and again",
        "chat.late": "the turn was not taken in time",
        "scenario.unavailable": "the scenarios can't be used: {problem}",
        "scenario.file_missing": "{path}: expected a file of scenarios",
        "snapshot.busy": "another process is writing to {folder}",
        "snapshot.contents_broken": (
            "snapshot {snapshot}: expected whole contents, these are damaged: {files}; whole are: {rest}"
        ),
        "snapshot.format": "snapshot {snapshot}: expected format {expected}, got {got}",
        "snapshot.leads_out": "snapshot {snapshot}: expected files within the project, got {name!r}",
        "snapshot.link_out": "{path}: a link that leads out of the project",
        "snapshot.no_file": "{path}: expected a file, got something else",
        "snapshot.none": "{folder}: no snapshots yet; nlu-generate takes them",
        "snapshot.object_broken": "{path}: expected the content that its name says, got another ({problem})",
        "snapshot.object_erased": "{path}: the content was taken out for good, since a person wanted it forgotten",
        "snapshot.object_missing": "{path}: the content is not there",
        "snapshot.too_large": "{path}: larger than {most} MB, which is too large for a snapshot",
        "snapshot.unreadable": "snapshot {snapshot}: expected a snapshot, got something else ({problem})",
        "snapshot.unsaved": "no snapshot holds what would be overwritten: {files}",
        # Requests over HTTP
        "request.array": "expected an array as '{place}', got {got}",
        "request.at_least": "expected at least {ge} as '{place}', got {got}",
        "request.at_most": "expected at most {le} as '{place}', got {got}",
        "request.blank": "expected an utterance in '{place}', got {got}",
        "request.user_blank": "expected who speaks in '{place}', by any id, got {got}",
        "request.budget": (
            "expected a request that costs at most {most} (the code points of all texts, {text} more for each, "
            "{explaining} times as much with reasons), got one that costs {cost}"
        ),
        "request.boolean": "expected a boolean as '{place}', got {got}",
        "request.cursor": "expected the 'next' of a page as '{place}', got {got}",
        "request.empty": "expected a JSON body, got an empty one",
        "request.fewer": "expected an array of at most {max_length} as '{place}', got one of {actual_length}",
        "request.key": "expected the key '{place}', got {got}",
        "request.long": "expected at most {longest} characters in '{place}', got {length}",
        "request.more": "expected an array of at least {min_length} as '{place}', got one of {actual_length}",
        "request.name": "expected a name of letters, digits and _ - . / as '{place}', got {got}",
        "request.not_json": "expected JSON, got a body that is none: {problem} at line {line}, column {column}",
        "request.not_utf8": "expected JSON in UTF-8, got byte 0x{byte:02x} at position {position}, which is not UTF-8",
        "request.number": "expected a number as '{place}', got {got}",
        "request.object": "expected an object as '{place}', got {got}",
        "request.overlap": "expected entities that don't overlap, got {both}",
        "request.root": "expected an object such as {example}, got {got}",
        "request.span": "expected start < end <= {length} in '{place}', got {start} and {end}",
        "request.strains": "expected JSON of ordinary depth and numbers, got a body that can't be read: {problem}",
        "request.string": "expected a string as '{place}', got {got}",
        "request.surrogate": (
            "expected Unicode text in '{place}', got the lone surrogate {surrogate} at character {position}"
        ),
        "request.switch": "expected 1, 0, true or false as '{place}', got {got}",
        "request.texts": "expected a string or an array of strings as '{place}', got {got}",
        "request.now": "expected an ISO 8601 time such as 2026-11-30T14:30:00+09:00 as 'now', got {got}",
        "request.timezone": "expected the name of a time zone such as Asia/Seoul as 'timezone', got {got}",
        "request.time": "expected a time such as 2026-11-21T14:30:00 as '{place}', got {got}",
        "request.white_space": "expected an entity in '{place}', got only white space",
        "request.whole_number": "expected a whole number as '{place}', got {got}",
        # A tracking server
        "tracking.refused": "{uri}: {problem}",
        "tracking.unreachable": "{uri}: the server can't be reached",
        "tracking.slow": "{uri}: no answer within {seconds:g} s",
        # The server's environment variables
        "variable.above": "{variable}: expected a number above {gt:g}, got {got}",
        "variable.at_least": "{variable}: expected at least {ge:g}, got {got}",
        "variable.at_most": "{variable}: expected at most {le:g}, got {got}",
        "variable.choice": "{variable}: expected one of {choices}, got {got!r}",
        "variable.key_characters": "{variable}: expected visible ASCII characters, got others",
        "variable.key_length": "{variable}: expected at least {shortest} characters, got {length}",
        "variable.key_missing": "{variable}: expected a key where NLU_PARSE_NEEDS_KEY is on, got none",
        "variable.number": "{variable}: expected a number, got {got!r}",
        "variable.records_url": "{variable}: expected a SQLite file (sqlite:///…) or PostgreSQL (postgresql://…)",
        "variable.share": "{variable}: expected all, off, or a number of 0 to 1, got {got!r}",
        "variable.talks_url": "{variable}: expected Redis (redis://…, rediss://… or unix:///…)",
        "variable.switch": "{variable}: expected on or off, got {got!r}",
        "variable.whole_number": "{variable}: expected a whole number, got {got!r}",
        # Hyper-parameter search
        "tune.another": (
            "the study {name!r} is of something else: {differing}; start a new one by --new, or another by --name"
        ),
        "tune.driver": "expected studies in SQLite (sqlite:///…) or PostgreSQL (postgresql://…), got {driver}",
        "tune.no_url": (
            "expected the URL of a database, such as sqlite:///tuning/study.db or postgresql://user@host/database"
        ),
        "tune.no_workers": (
            "all processes that ran trials have ended (the last with code {code}); run it again to go on"
        ),
        "tune.storage": "the studies can't be used: {place} ({problem})",
    }
)
