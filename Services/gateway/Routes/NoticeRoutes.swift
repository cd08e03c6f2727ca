import Compliance
import Hummingbird

/// The notice that an AI speaks, for pages and clients that show it before a call.
struct NoticeRoutes: Sendable {
    let notices: Notices

    func show(_ call: Call) throws -> Response {
        let languages = [call.query?["language"]].compactMap(\.self) + AcceptedLanguages.of(call.request)
        return try APIJSON.response(notices.notice(in: languages))
    }
}
