import Foundation
import Synchronization

/// Kills the processes that tests started and removes their folders, even if the test runner itself is killed: a shell
/// that waits for its standard input to close, which the kernel does when the test runner dies.
final class Reaper: Sendable {
    static let shared = Reaper()

    private static let script = """
        declare -A alive
        folders=()
        while read -r what value; do
            case $what in
            +) alive[$value]=1 ;;
            -) unset "alive[$value]" ;;
            f) folders+=("$value") ;;
            esac
        done
        ((${#alive[@]})) && kill -9 "${!alive[@]}" 2>/dev/null
        ((${#folders[@]})) && rm -rf "${folders[@]}"
        """

    private let pipe = Mutex<Pipe?>(nil)

    private init() {
        let pipe = Pipe()
        let shell = Process()
        shell.executableURL = URL(filePath: "/bin/bash")
        shell.arguments = ["-c", Self.script]
        shell.standardInput = pipe
        _ = fcntl(pipe.fileHandleForWriting.fileDescriptor, F_SETFD, FD_CLOEXEC)
        // Without the shell, temporary folders are left behind, and the processes of a killed test run.
        guard (try? shell.run()) != nil else { return }
        self.pipe.withLock { $0 = pipe }
    }

    func watch(_ pid: Int32) { tell("+ \(pid)\n") }
    func removeAtEnd(_ folder: URL) { tell("f \(folder.path)\n") }
    func forget(_ pid: Int32) { tell("- \(pid)\n") }

    private func tell(_ line: String) {
        pipe.withLock { try? $0?.fileHandleForWriting.write(contentsOf: Data(line.utf8)) }
    }
}
