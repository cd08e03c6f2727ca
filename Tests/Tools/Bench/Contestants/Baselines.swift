import Foundation
import TestSupport

/// Starts the relays built with other tools. See `Tests/Tools/Bench/Baselines/README.md`.
struct Baselines {
    struct Missing: Error, CustomStringConvertible {
        let description: String
    }

    static let sources = TestFolders.package.appending(path: "Tests/Tools/Bench/Baselines")
    let folder: URL

    func relay(_ contestant: Contestant, port: Int, upstream: String) async throws -> [String: ProcessUnderTest] {
        let isPython = contestant == .picows
        let program =
            isPython
            ? TestFolders.package.appending(path: ".build-venv-bench/bin/python") : URL(filePath: "/usr/bin/node")
        guard FileManager.default.isExecutableFile(atPath: program.path) else {
            throw Missing(description: "\(program.path) is not there: run deploy/bench")
        }
        let name = isPython ? "picows_relay.py" : contestant == .node2 ? "node_two_process.js" : "node_relay.js"
        let script = Self.sources.appending(path: name).path
        var processes: [String: ProcessUnderTest] = [:]
        func start(_ name: String, _ arguments: [String]) throws {
            processes[name] = try ProcessUnderTest(
                name, executable: program, arguments: [script] + arguments,
                environment: ["NODE_PATH": "/usr/share/nodejs"], folder: folder,
                log: folder.appending(path: "\(name).log"))
        }
        if contestant == .node2 {
            let socket = folder.appending(path: "node.sock").path
            try start("relay", ["relay", "--socket", socket, "--upstream", upstream])
            try await eventually("node's relay listens", within: .seconds(10)) {
                FileManager.default.fileExists(atPath: socket)
            }
            try start("gateway", ["gateway", "--socket", socket, "--port", "\(port)"])
        } else {
            try start("relay", ["--port", "\(port)", "--upstream", upstream])
        }
        try await listens(port, processes)
        return processes
    }

    func nginx(port: Int, upstream: Int, buffer: String) async throws -> [String: ProcessUnderTest] {
        let program = URL(filePath: "/usr/sbin/nginx")
        guard FileManager.default.isExecutableFile(atPath: program.path) else {
            throw Missing(description: "nginx is not installed: run deploy/bench")
        }
        var processes: [String: ProcessUnderTest] = [:]
        for hop in ["back", "front"] {
            var text = try String(
                contentsOf: Self.sources.appending(path: "nginx_\(hop).conf.template"), encoding: .utf8)
            for (name, value) in [
                ("@PORT@", "\(port)"), ("@UPSTREAM_PORT@", "\(upstream)"), ("@FOLDER@", folder.path),
                ("@BUFFER@", buffer),
            ] {
                text = text.replacingOccurrences(of: name, with: value)
            }
            let file = folder.appending(path: "nginx-\(hop).conf")
            try text.write(to: file, atomically: true, encoding: .utf8)
            processes[hop] = try ProcessUnderTest(
                "nginx \(hop)", executable: program,
                arguments: ["-p", folder.path, "-c", file.path, "-e", folder.appending(path: "\(hop)-error.log").path],
                folder: folder, log: folder.appending(path: "nginx-\(hop).log"))
        }
        try await listens(port, processes)
        return processes
    }

    private func listens(_ port: Int, _ processes: [String: ProcessUnderTest]) async throws {
        try await eventually("the baseline listens", within: .seconds(10)) {
            for process in processes.values where !process.isRunning { throw Missing(description: process.output) }
            return LoopbackSocket.isAnswered(port: port)
        }
    }
}
