/// A part of the report card: writes what it has to say about a session, and nothing when there is nothing to say.
protocol ReportSection: Sendable {
    func write(_ session: SessionView, to flow: inout PageFlow)
}
