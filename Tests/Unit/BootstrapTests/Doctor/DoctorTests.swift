import Domain
import Foundation
import TestSupport
import Testing

@testable import Bootstrap

/// Mistakes that were planted, and what the doctor says about each.
@Suite struct DoctorTests {
    private struct Table: SettingTable {
        let port = Setting.integer("PORT", in: 1...65_535, default: 3001, meaning: "a port")
        let count = Setting.integer("COUNT", in: 1...9, meaning: "a number")
    }

    private func diagnoses(
        _ environment: [String: String], _ own: @escaping (Settings) throws -> [Diagnosis] = { _ in [] }
    ) async throws -> [Diagnosis] {
        let folder = try TestFolders.temporary("doc").path
        let config = Settings(environment: ["SOCKET_DIR": folder].merging(environment) { $1 })
        return await Doctor(service: .relay, config: config, settings: CommonSettings().all + Table().all)
            .diagnoses { config, _ in try own(config) }
    }

    private func wrong(_ found: [Diagnosis]) -> [String] {
        found.filter { $0.state == .wrong }.map(\.line)
    }

    @Test func `every setting that is refused is named, not only the first`() async throws {
        let found = wrong(try await diagnoses(["PORT": "http", "LOG_LEVEL": "loud"]))
        #expect(found.count == 3)
        for name in ["PORT", "LOG_LEVEL", "COUNT"] { #expect(found.contains { $0.contains(name) }) }
    }

    @Test func `a configuration that contradicts itself is named once`() async throws {
        let found = wrong(
            try await diagnoses(["COUNT": "3"]) { _ in throw SettingError("PORT", "contradicts COUNT") })
        #expect(found == ["WRONG settings: PORT contradicts COUNT. Correct it; --help says what is allowed."])
        let refused = wrong(
            try await diagnoses(["COUNT": "x"]) { config in
                _ = try config.values(of: Table.self).count
                return []
            })
        #expect(refused.count == 1)
    }

    @Test func `a folder of sockets whose path is too long is named`() async throws {
        let long = "/tmp/" + String(repeating: "x", count: 110)
        let found = wrong(try await diagnoses(["COUNT": "1", "SOCKET_DIR": long]))
        #expect(found.count == 1)
        #expect(found.first?.contains("Choose a shorter folder") == true)
    }

    @Test func `a socket that nobody answers on, and a service that is missing`() async throws {
        let folder = try TestFolders.temporary("doc").path
        try FileManager.default.createDirectory(atPath: folder + "/scoring", withIntermediateDirectories: true)
        #expect(FileManager.default.createFile(atPath: folder + "/scoring/7.sock", contents: nil))
        let found = wrong(try await diagnoses(["COUNT": "1", "SOCKET_DIR": folder]))
        #expect(found.contains { $0.contains("scoring 7: does not answer") })
        #expect(found.contains { $0.contains("supervisor: none runs") })
        #expect(!found.contains { $0.contains("relay: none runs") })
    }

    @Test func `a system that does not run yet is no fault`() async throws {
        let found = try await diagnoses(["COUNT": "1"])
        #expect(wrong(found).isEmpty)
        #expect(found.contains { $0.state == .doubtful && $0.line.contains("no process has a socket") })
    }

    @Test func `a process that cannot work says why`() {
        let report =
            #"{"checks":{"database":"unavailable","journal":"ok"},"instance":"1","service":"relay","status":"not ready"}"#
        let found = SocketExamination.diagnosis("relay 1", "HTTP/1.1 503 Service Unavailable\r\n\r\n\(report)")
        #expect(found.line == "WRONG relay 1: cannot work: database: unavailable. Its log says more.")
        #expect(SocketExamination.diagnosis("relay 1", "SSH-2.0\r\n\r\n").state == .wrong)
    }

    @Test func `a folder that is a file cannot be written to`() throws {
        let file = try TestFolders.temporary("doc").appending(path: "file")
        try Data().write(to: file)
        let found = Diagnosis.folder("DATA_DIR", file.path + "/sessions")
        #expect(found.state == .wrong && found.line.contains("is not a folder"))
        let new = file.deletingLastPathComponent().appending(path: "a/b/c").path
        #expect(Diagnosis.folder("DATA_DIR", new).state != .wrong)
        #expect(!FileManager.default.fileExists(atPath: new))
    }

    @Test func `a disk that is nearly full`() {
        #expect(Diagnosis.space("DATA_DIR", "/d", bytes: 100 << 20, files: 50_000).state == .wrong)
        #expect(Diagnosis.space("DATA_DIR", "/d", bytes: 1 << 30, files: nil).state == .doubtful)
        #expect(Diagnosis.space("DATA_DIR", "/d", bytes: 9 << 30, files: 12).state == .wrong)
        #expect(Diagnosis.space("DATA_DIR", "/d", bytes: 9 << 30, files: nil).state == .fine)
    }

    @Test func `a clock that is off`() {
        let now = Date(timeIntervalSince1970: 1_800_000_000)
        func state(_ offset: TimeInterval, resolution: TimeInterval = 0) -> Diagnosis.State {
            Diagnosis.clock(now + offset, of: "MongoDB", asked: now, answered: now + 1, resolution: resolution).state
        }
        #expect(state(0.5) == .fine)
        #expect(state(4) == .doubtful)
        #expect(state(-60) == .wrong)
        #expect(state(60) == .wrong)
        #expect(state(-2.5, resolution: 1) == .fine)
    }

    @Test func `a model that is at its end, or unknown`() {
        let now = Date(timeIntervalSince1970: 1_800_000_000)
        func found(_ isListed: Bool?, _ days: Double?) -> Diagnosis {
            .model("SCORING_MODEL", "m", isListed: isListed, shutdown: days.map { now + $0 * 86_400 }, now: now)
        }
        #expect(found(true, -1).state == .wrong)
        #expect(
            found(true, 30.5).line
                == "LOOK  SCORING_MODEL: m is shut down on 2027-02-14, in 30 days. Set another model.")
        #expect(found(true, 200).state == .fine)
        #expect(found(false, nil).state == .doubtful)
        #expect(found(nil, nil).state == .fine)
    }

    @Test func `a finding is one line, whatever it quotes`() {
        #expect(Diagnosis.wrong("a", "b\nc\r\nd", do: "E.").line == "WRONG a: b c d. E.")
    }
}
