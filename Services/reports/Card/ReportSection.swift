/// A part of the report card. Writes its content for a session, or nothing when there is none.
protocol ReportSection: Sendable {
    func write(_ session: SessionView, to flow: inout PageFlow)
}
