import Domain
import Foundation

/// The PDF report card: its sections, in the order in which they are read.
enum ReportCard {
    /// Must go up when the report's look or content changes, so that existing reports are rendered again.
    static let layoutVersion = 6
    /// Of the pages that `ReportVersionTests` lays out; changes together with the version.
    static let layoutHash = "224dc22c273e9813"

    /// A longer report would not be read to the end; the data files hold the complete record.
    static let maximumPages = 80

    /// Days for which sound is kept unless the operator decides otherwise.
    static let usualRecordingDays = 7

    private static let sections: [any ReportSection] = [
        SummarySection(), ComplianceSection(), ScoreSection(), DisputesSection(), WorkOnSection(), CoachingSection(),
        AttitudeSection(),
        SalesStepsSection(), TalkFactsSection(), OversightSection(), HintsSection(), TimelineSection(),
        TranscriptSection(),
    ]

    /// - Parameter recordingDays: for which this installation keeps the sound of a call.
    static func pages(
        of record: SessionRecord, typeface: Typeface, at now: Date, recordingDays: Int = ReportCard.usualRecordingDays
    ) -> [LaidPage] {
        let session = SessionView(record, recordingDays: recordingDays)
        var flow = PageFlow(typeface: typeface, maximumPages: maximumPages)
        for section in sections { section.write(session, to: &flow) }
        return flow.finished(
            head: "Report card \(record.sessionId) · \(record.traineeId) · \(record.personaName)",
            foot:
                "\(record.sessionId) · made \(SessionView.date(now)) · simulated call, judged by AI: needs human review"
        )
    }

    static func pdf(
        of record: SessionRecord, typeface: Typeface, at now: Date, recordingDays: Int = ReportCard.usualRecordingDays
    ) throws -> [UInt8] {
        let document = try PDFDocument(typeface: typeface, title: "Report card \(record.sessionId)")
        for page in pages(of: record, typeface: typeface, at: now, recordingDays: recordingDays) {
            try document.add(page)
        }
        return try document.bytes()
    }
}
