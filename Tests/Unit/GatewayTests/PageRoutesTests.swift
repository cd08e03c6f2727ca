import Domain
import Foundation
import HTTPTypes
import TestSupport
import Testing

@testable import GatewayService

@Suite struct `pages and modules` {
    @Test func `pages of every origin may load the client's modules, and only these`() async throws {
        let gateway = try await TestGateway(["CORS_ORIGIN": "https://trainer.example"])
        for origin in [nil, "https://trainer.example", "https://other.example", "null"] {
            let headers: HTTPFields = origin.map { [.origin: $0] } ?? [:]
            let module = try await gateway.get("/client/resampler.js", headers: headers)
            #expect(module.status == 200)
            #expect(module.headers[.contentType] == "text/javascript; charset=utf-8")
            #expect(module.headers[.accessControlAllowOrigin] == "*")
            #expect(module.headers[.accessControlAllowCredentials] == nil)
            #expect(module.headers[.crossOriginResourcePolicy] == "cross-origin")
            #expect(module.headers[.xContentTypeOptions] == "nosniff")
            let page = try await gateway.get("/dashboard.js", headers: headers)
            #expect(page.headers[.accessControlAllowOrigin] != "*")
            #expect(page.headers[.crossOriginResourcePolicy] == nil)
        }
    }

    @Test func `type declarations are served beside the modules`() async throws {
        let gateway = try await TestGateway()
        let types = try await gateway.get("/client/resampler.d.ts")
        #expect(types.status == 200)
        #expect(types.headers[.contentType] == "application/typescript; charset=utf-8")
    }

    @Test func `a folder's index is served at its path, hidden and unknown files are not`() throws {
        let folder = try TestFolders.temporary("pages")
        for name in ["index.html", "parts/part.js", ".hidden.js", ".git/config.json", "notes.txt"] {
            let file = folder.appending(path: name)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data("x".utf8).write(to: file)
        }
        let pages = try PageRoutes(folders: [.init(path: "/p", directory: folder.path)])
        #expect(Set(pages.endpoints.map(\.path)) == ["/p", "/p/parts/part.js"])
        #expect(pages.serves("/p") == "/p")
        let top = try PageRoutes(folders: [.init(path: "", directory: folder.path)])
        #expect(Set(top.endpoints.map(\.path)) == ["/", "/parts/part.js"])
    }

    @Test(arguments: ["/sessions/BAT-001", "/sessions/BAT-001?t=83", "/trainees/A%2FB", "/cohort", "/review"])
    func `the dashboard is served at the address of each of its views`(_ path: String) async throws {
        let gateway = try await TestGateway()
        let page = try await gateway.get(path)
        #expect(page.status == 200)
        #expect(page.headers[.contentType] == "text/html; charset=utf-8")
        #expect(page.headers[.contentSecurityPolicy]?.contains("default-src 'self'") == true)
        let overview = try await gateway.get("/")
        #expect(page.text == overview.text)
        // An address in the page must lead to the same file from each view.
        #expect(page.text.matches(of: /(src|href)="[^\/#]/).isEmpty)
    }

    @Test func `the address of a view is not that of the data`() async throws {
        let gateway = try await TestGateway()
        #expect(try await gateway.get("/api/sessions/BAT-404").json["code"]?.string == "session_not_found")
        #expect(try await gateway.get("/sessions").status == 404)
        #expect(try await gateway.get("/sessions/BAT-001/report").status == 404)
    }
}
