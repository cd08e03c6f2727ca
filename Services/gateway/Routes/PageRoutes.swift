import Domain
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// The pages' files and the two descriptions of the API. Read once at the start; no part of a request is used as a file
/// path.
struct PageRoutes: Sendable {
    /// A folder whose files are served.
    struct Folder: Sendable {
        /// What the addresses begin with: empty, or like `/client`.
        var path: String
        var directory: String
        /// Pages of every origin may load these files as modules. They hold nothing that depends on who asks.
        var isForAllOrigins = false
        /// Further paths of `index.html`, whose script decides by the address what it shows: `/sessions/*`.
        var views: [String] = []
    }

    private struct Page {
        var headers: HTTPFields
        var content: ByteBuffer
    }

    private let pages: [String: Page]

    private static let types = [
        "html": "text/html; charset=utf-8", "js": "text/javascript; charset=utf-8", "css": "text/css; charset=utf-8",
        "ts": "application/typescript; charset=utf-8", "svg": "image/svg+xml", "json": APIJSON.mediaType,
        "png": "image/png",
    ]

    /// - Parameter folders: each file of a known type in them and their subfolders becomes a page under its name;
    ///   `index.html` becomes the folder's own path and its views.
    /// - Throws: when a folder or a file cannot be read.
    init(folders: [Folder]) throws {
        var pages: [String: Page] = [:]
        for folder in folders {
            for name in try FileManager.default.subpathsOfDirectory(atPath: folder.directory) {
                guard let page = try Self.page(name, in: folder) else { continue }
                for path in Self.paths(of: name, in: folder) { pages[path] = page }
            }
        }
        self.pages = pages
    }

    /// - Returns: nil for folders, hidden files and files of an unknown type.
    private static func page(_ name: String, in folder: Folder) throws -> Page? {
        guard let type = types[name.split(separator: ".").last.map(String.init) ?? ""],
            !name.split(separator: "/").contains(where: { $0.hasPrefix(".") })
        else { return nil }
        var headers: HTTPFields = [.contentType: type, .cacheControl: "no-cache"]
        if folder.isForAllOrigins {
            headers[.accessControlAllowOrigin] = "*"
            headers[.crossOriginResourcePolicy] = "cross-origin"
        }
        let content = try Data(contentsOf: URL(fileURLWithPath: "\(folder.directory)/\(name)"))
        return Page(headers: headers, content: ByteBuffer(bytes: content))
    }

    private static func paths(of name: String, in folder: Folder) -> [String] {
        let path = "\(folder.path)/\(name)"
        guard path.hasSuffix("/index.html") else { return [path] }
        let parent = path.dropLast("/index.html".count)
        return [parent.isEmpty ? "/" : String(parent)] + (name == "index.html" ? folder.views : [])
    }

    /// The path, if there is such a page.
    func serves(_ path: String) -> String? { pages[path] == nil ? nil : path }

    var endpoints: [Endpoint] {
        pages.map { path, page in
            .get(path, .everyone) { _ in
                Response(status: .ok, headers: page.headers, body: ResponseBody(byteBuffer: page.content))
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
