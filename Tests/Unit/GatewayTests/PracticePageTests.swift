import Domain
import Foundation
import HTTPTypes
import Testing

@testable import GatewayService

@Suite struct `the practice page` {
    static let languages = ["cs", "de", "el", "en"]

    /// Texts by their dotted keys.
    static func texts(_ language: String, from gateway: TestGateway) async throws -> [String: String] {
        func flat(_ value: JSONValue, under key: String) -> [(String, String)] {
            switch value {
            case .object(let members):
                members.flatMap { flat($1, under: key.isEmpty ? $0 : "\(key).\($0)") }
            case .string(let text): [(key, text)]
            default: []
            }
        }
        let json = try await gateway.get("/practice/texts/\(language).json").json
        return Dictionary(uniqueKeysWithValues: flat(json, under: ""))
    }

    static func placeholders(_ text: String) -> Set<Substring> { Set(text.matches(of: /\{\w+\}/).map(\.output)) }

    @Test func `every language says the same things with the same values`() async throws {
        let gateway = try await TestGateway()
        let english = try await Self.texts("en", from: gateway)
        #expect(english.count > 200)
        for language in Self.languages {
            let texts = try await Self.texts(language, from: gateway)
            #expect(Set(texts.keys) == Set(english.keys), "\(language)")
            for (key, text) in texts {
                #expect(!text.isEmpty, "\(language) \(key)")
                #expect(Self.placeholders(text) == Self.placeholders(english[key] ?? ""), "\(language) \(key)")
            }
        }
    }

    @Test func `every module that the page names is served`() async throws {
        let gateway = try await TestGateway()
        let paths = try gateway.parts.configuration.pageFolders.flatMap { folder in
            try FileManager.default.subpathsOfDirectory(atPath: folder.directory)
                .filter { folder.path == "/practice" && $0.hasSuffix(".js") }.map { "\(folder.path)/\($0)" }
        }
        #expect(paths.count > 15)
        for path in paths {
            let module = try await gateway.get(path)
            #expect(module.status == 200, "\(path)")
            for name in module.text.matches(of: /from "([^"]+)"/).map({ String($0.1) }) {
                let target = URL(string: name, relativeTo: URL(string: "http://host\(path)"))?.path() ?? name
                #expect(try await gateway.get(target).status == 200, "\(path) imports \(name)")
            }
        }
    }

    @Test func `the page has no script and no style of its own, as its security policy demands`() async throws {
        let page = try await TestGateway().get("/practice")
        #expect(page.status == 200)
        #expect(page.headers[.contentType] == "text/html; charset=utf-8")
        #expect(page.text.matches(of: /<script(?![^>]*\bsrc=)/).isEmpty)
        #expect(page.text.matches(of: /<style|\sstyle=|\son[a-z]+=/).isEmpty)
        #expect(page.text.matches(of: /(?:src|href)="(?!\/|#)/).isEmpty, "an address of another server")
    }

    @Test func `a trainee sees the product sheet, without the phrases of the rules`() async throws {
        let gateway = try await TestGateway()
        let sheet = try await gateway.get("/api/products")
        #expect(sheet.status == 200)
        let items = `the API descriptions`.items(sheet.json["items"])
        let ids = items.compactMap { $0["id"]?.string }
        #expect(ids.contains("neo"))
        #expect(items.allSatisfy { !`the API descriptions`.items($0["facts"]).isEmpty })
        #expect(!sheet.text.contains("heardAs") && !sheet.text.contains("falseClaims"))
    }
}
