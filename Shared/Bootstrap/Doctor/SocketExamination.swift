import Domain
import Foundation

/// Looks at `SOCKET_DIR` and asks every process that has a socket there whether it can work.
struct SocketExamination {
    private static let subject = "SOCKET_DIR"
    /// In bytes, of the answer of `/readyz`.
    private static let longestReport = 64 << 10
    /// More are not asked: each may take two seconds.
    private static let mostProcesses = 32

    private let service: ServiceName
    private let sockets: SocketDirectory

    init(of service: ServiceName, in sockets: SocketDirectory) {
        self.service = service
        self.sockets = sockets
    }

    func diagnoses() -> [Diagnosis] {
        if let fault = folderFault { return [fault] }
        let all = ServiceName.allCases.filter { $0 != .gateway }.flatMap { service in
            sockets(of: service).map { (service, $0) }
        }
        guard !all.isEmpty else {
            return [
                .doubtful(
                    Self.subject, "no process has a socket in \(sockets.root)",
                    do: "If the system runs, give all its processes the same SOCKET_DIR; else start it.")
            ]
        }
        let processes = all.prefix(Self.mostProcesses).map { service, name in
            diagnosis(of: service, name, at: "\(sockets.folder(of: service))/\(name).sock")
        }
        let missing = ServiceName.allCases.filter { service in
            service != .gateway && service != self.service && !all.contains { $0.0 == service }
        }
        return processes
            + missing.map {
                .wrong($0.rawValue, "none runs with these sockets", do: "Start one with the same SOCKET_DIR.")
            }
    }

    private var folderFault: Diagnosis? {
        // The longest name of an instance is 64 bytes; most are short.
        if let error = pathFault {
            return .wrong(Self.subject, "\(error)", do: "Choose a shorter folder.")
        }
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: sockets.root, isDirectory: &isFolder) else { return nil }
        guard isFolder.boolValue else {
            return .wrong(Self.subject, "\(sockets.root) is not a folder", do: "Name a folder.")
        }
        guard access(sockets.root, W_OK | X_OK) == 0 else {
            return .wrong(
                Self.subject, "\(sockets.root) belongs to another user",
                do: "Run all processes as one user, and give it the folder.")
        }
        return nil
    }

    private var pathFault: (any Error)? {
        do {
            _ = try sockets.socket(of: .supervisor, instance: CommonSettings.instanceName(nil))
            return nil
        } catch { return error }
    }

    private func sockets(of service: ServiceName) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: sockets.folder(of: service))) ?? []
        return names.filter { $0.hasSuffix(".sock") }.map { String($0.dropLast(5)) }.sorted()
    }

    private func diagnosis(of service: ServiceName, _ name: String, at path: String) -> Diagnosis {
        let subject = "\(service.rawValue) \(name)"
        switch StatusSocket(path: path).get("/readyz", atMost: Self.longestReport) {
        case .failure(let problem):
            return .wrong(
                subject, "does not answer: \(problem.reason)",
                do: "Restart it, or remove \(path) if it no longer runs.")
        case .success(let answer): return Self.diagnosis(subject, answer)
        }
    }

    /// - Parameter answer: the whole answer of `/readyz`.
    static func diagnosis(_ subject: String, _ answer: String) -> Diagnosis {
        let body = answer.components(separatedBy: "\r\n\r\n").dropFirst().joined()
        guard let report = try? JSONDecoder().decode(Readiness.Report.self, from: Data(body.utf8)) else {
            return .wrong(
                subject, "does not say whether it can work",
                do: "Another program uses this folder; choose another SOCKET_DIR.")
        }
        let failed = report.checks.filter { $0.value != "ok" }.sorted { $0.key < $1.key }
        guard !failed.isEmpty else { return .fine(subject, "runs and can work") }
        return .wrong(
            subject, "cannot work: " + failed.map { "\($0.key): \($0.value)" }.joined(separator: ", "),
            do: "Its log says more.")
    }
}
