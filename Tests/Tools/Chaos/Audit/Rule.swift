/// What is checked after a run. The raw value is the name that a flaw is reported under.
enum Rule: String, Codable, CaseIterable, Sendable {
    // Events of the client
    case ackedEventIsStored = "acked_event_is_stored"
    case ackedEventIsKnown = "acked_event_is_known"
    case eventIsStoredOnce = "event_is_stored_once"
    // Numbered messages
    case seqKeepsItsContent = "seq_keeps_its_content"
    case seqHasNoGap = "seq_has_no_gap"
    case toldLineIsRecorded = "told_line_is_recorded"
    case latestWordsAreRecorded = "latest_words_are_recorded"
    case toldAttitudeIsRecorded = "told_attitude_is_recorded"
    case toldFindingIsRecorded = "told_finding_is_recorded"
    case toldEndIsRecorded = "told_end_is_recorded"
    case toldScoreIsRecorded = "told_score_is_recorded"
    case oneEnd = "one_end"
    case oneScore = "one_score"
    // The record
    case sessionExists = "session_exists"
    case sessionIsEnded = "session_is_ended"
    case sessionIsScored = "session_is_scored"
    case sessionIsFiled = "session_is_filed"
    case journalIsGone = "journal_is_gone"
    case filesAgree = "files_agree"
    case lineIsRecordedOnce = "line_is_recorded_once"
    case factIsRecordedOnce = "fact_is_recorded_once"
    case timesDoNotDecrease = "times_do_not_decrease"
    case evaluationIsLoggedOnce = "evaluation_is_logged_once"
    // How the server behaved
    case statusBelongs = "status_belongs"
    case closeCodeBelongs = "close_code_belongs"
    case dropHasACause = "drop_has_a_cause"
    case callIsNotCutShort = "call_is_not_cut_short"
    case clientReturnsSoon = "client_returns_soon"
    case callerIsServed = "caller_is_served"
    case nobodyStaysMute = "nobody_stays_mute"
    // The whole run
    case sessionHasOneCall = "session_has_one_call"
    case sessionHasACall = "session_has_a_call"
    case upstreamTakesEverything = "upstream_takes_everything"
    case upstreamItemIsMadeOnce = "upstream_item_is_made_once"
    case processDiesOfFaultsOnly = "process_dies_of_faults_only"
    case processComesBack = "process_comes_back"
}
