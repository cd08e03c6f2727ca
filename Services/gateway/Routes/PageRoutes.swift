import Domain
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// The dashboard's files and the two descriptions of the API. Read once at the start; no part of a request is used as a
/// file path.
struct PageRoutes: Sendable {
    struct Page: Sendable {
        var type: String
        var content: ByteBuffer
    }

    private let pages: [String: Page]

    private static let types = [
        "html": "text/html; charset=utf-8", "js": "text/javascript; charset=utf-8", "css": "text/css; charset=utf-8",
        "svg": "image/svg+xml", "json": APIJSON.mediaType, "png": "image/png",
    ]

    /// - Parameter folders: each file of a known type in them becomes a page under its name; `index.html` becomes `/`.
    /// - Throws: when a folder or a file cannot be read.
    init(folders: [String]) throws {
        var pages: [String: Page] = [:]
        for folder in folders {
            for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
                guard let type = Self.types[name.split(separator: ".").last.map(String.init) ?? ""], name.first != "."
                else { continue }
                let content = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)"))
                pages["/\(name)"] = Page(type: type, content: ByteBuffer(bytes: content))
            }
        }
        if let index = pages.removeValue(forKey: "/index.html") { pages["/"] = index }
        self.pages = pages
    }

    /// The path, if there is such a page.
    func serves(_ path: String) -> String? { pages[path] == nil ? nil : path }

    var endpoints: [Endpoint] {
        pages.map { path, page in
            .get(path, .everyone) { _ in
                Response(
                    status: .ok, headers: [.contentType: page.type, .cacheControl: "no-cache"],
                    body: ResponseBody(byteBuffer: page.content))
            }
        }
    }

    /// The response to a plain HTTP request for a WebSocket address.
    func webSocketOnly(_ call: Call) throws -> Response {
        throw Problem(
            .upgradeRequired, .websocketRequired, "This address accepts WebSocket connections only.",
            headers: [.upgrade: "websocket", .connection: "upgrade"])
    }
}
