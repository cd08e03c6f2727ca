import Foundation
import TestSupport
import Testing

@testable import Outgoing

@Suite struct OutgoingRulesTests {
    @Test(arguments: [
        ("http://proxy.corp:3128", "proxy.corp:3128", String?.none),
        ("proxy.corp:3128", "proxy.corp:3128", nil),
        ("http://proxy.corp/", "proxy.corp:80", nil),
        ("HTTP://Proxy.Corp.:8080", "proxy.corp:8080", nil),
        ("http://[::1]:3128", "[::1]:3128", nil),
        ("http://aladdin:open%20sesame@proxy:1", "proxy:1", "Basic YWxhZGRpbjpvcGVuIHNlc2FtZQ=="),
        ("user@proxy:1", "proxy:1", "Basic dXNlcjo="),
    ])
    func `the proxy of a URL is read as other programs read it`(
        text: String, authority: String, authorization: String?
    ) throws {
        let proxy = try #require(Proxy(text))
        #expect(proxy.authority == authority)
        #expect(proxy.authorization == authorization)
        #expect("\(proxy)" == authority)
        #expect(!String(reflecting: proxy).contains("sesame"))
    }

    @Test(arguments: [
        "", "http://", "socks5://proxy:1080", "https://proxy:443", "http://proxy:0", "http://proxy:70000",
        "http://proxy/path", "http://...", "http://a%3Ab:c@proxy:1", "proxy corp:1",
    ])
    func `another kind of proxy, or none, is refused`(text: String) {
        #expect(Proxy(text) == nil)
    }

    @Test(arguments: [
        ("example.com", "example.com", 443, true), ("example.com", "api.example.com", 443, true),
        ("example.com", "notexample.com", 443, false), (".example.com", "api.example.com", 443, true),
        ("*.example.com", "api.example.com", 443, true), ("EXAMPLE.com.", "Api.Example.Com", 443, true),
        ("example.com:8443", "example.com", 8443, true), ("example.com:8443", "example.com", 443, false),
        ("a.test, b.test", "b.test", 443, true), ("a.test b.test", "b.test", 443, true), ("*", "any.test", 1, true),
        ("10.0.0.0/8", "10.200.3.4", 443, true), ("10.0.0.0/8", "11.0.0.1", 443, false),
        ("192.168.1.0/28", "192.168.1.15", 443, true), ("192.168.1.0/28", "192.168.1.16", 443, false),
        ("0.0.0.0/0", "8.8.8.8", 443, true), ("10.1.2.3", "10.1.2.3", 443, true), ("10.1.2.3", "10.1.2.30", 443, false),
        ("10.1.2.3:8080", "10.1.2.3", 443, false), ("fd00::/8", "fd12::1", 443, true),
        ("fd00::1", "[fd00::1]", 443, true), ("[fd00::1]", "fd00::1", 443, true),
        ("[fd00::1]:8443", "fd00::1", 8443, true), ("[fd00::1]:8443", "fd00::1", 443, false),
        ("3.4", "1.2.3.4", 443, false), ("", "example.com", 443, false), (" , ,", "example.com", 443, false),
        ("10.0.0.0/99", "10.0.0.1", 443, false), ("<local>", "example.com", 443, false),
        ("", "localhost", 443, true), ("", "127.8.9.1", 443, true), ("", "[::1]", 443, true), ("", "::1", 443, true),
        ("", "::2", 443, false), ("", "api.localhost", 443, true),
    ])
    func `the hosts without a proxy are this machine and those of the list`(
        list: String, host: String, port: Int, isDirect: Bool
    ) {
        #expect(DirectHosts(list.split(separator: ",").map(String.init)).contains(host, port: port) == isDirect)
    }

    @Test func `only encrypted connections to other machines go through the proxy`() throws {
        let proxy = try #require(Proxy("proxy:3128"))
        let rules = OutgoingRules(proxy: proxy, direct: DirectHosts(["intern.test"]))
        #expect(rules.proxy(for: "api.test", port: 443, isSecure: true) == proxy)
        #expect(rules.proxy(for: "api.test", port: 80, isSecure: false) == nil)
        #expect(rules.proxy(for: "intern.test", port: 443, isSecure: true) == nil)
        #expect(rules.proxy(for: "localhost", port: 443, isSecure: true) == nil)
        #expect(OutgoingRules().proxy(for: "api.test", port: 443, isSecure: true) == nil)
    }

    @Test func `a proxy's answer becomes one sentence without a password`() throws {
        let plain = try #require(Proxy("proxy:3128"))
        let known = try #require(Proxy("me:secret@proxy:3128"))
        #expect(plain.refusal(407, of: "a:443").contains("asks for a user name"))
        #expect(known.refusal(407, of: "a:443").contains("does not accept the user name"))
        for status in [302, 403, 407, 418, 502] {
            let sentence = known.refusal(status, of: "a:443")
            #expect(sentence.contains("proxy:3128") && sentence.contains("\(status)"))
            #expect(!sentence.contains("secret") && !sentence.contains("\n"))
        }
        #expect(Proxy.isFinal(407) && Proxy.isFinal(403))
        #expect(!Proxy.isFinal(502) && !Proxy.isFinal(429))
    }

    @Test func `a file of authorities must exist, and hold certificates that can be read`() throws {
        let authority = try TestAuthority()
        #expect(try Authorities(file: authority.file).pem.isEmpty == false)
        let folder = try TestFolders.temporary()
        let good = try String(contentsOfFile: authority.file, encoding: .utf8)
        func problem(_ text: String?) throws -> String? {
            let file = folder.appending(path: "ca.pem")
            if let text { try text.write(to: file, atomically: true, encoding: .utf8) }
            do {
                _ = try Authorities(file: text == nil ? "/nonexistent/ca.pem" : file.path)
                return nil
            } catch {
                return error.description
            }
        }
        #expect(try problem("# our own\n\(good)\n# and once more\n\(good)") == nil)
        #expect(try problem(nil)?.contains("cannot be read") == true)
        #expect(try problem("")?.contains("holds no certificate") == true)
        #expect(try problem("hello")?.contains("holds no certificate") == true)
        #expect(try problem(good + good.replacing("M", with: "N"))?.contains("cannot be read") == true)
        #expect(try problem(String(good.dropLast(60)))?.contains("cannot be read") == true)
    }
}
