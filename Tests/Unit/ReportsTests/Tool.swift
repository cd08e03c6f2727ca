import Foundation

/// A system program that reads our files independently of our code.
enum Tool {
    struct Failed: Error, CustomStringConvertible {
        let description: String
    }

    /// The standard output of a program.
    ///
    /// - Throws: `Failed` if it is not installed, if its exit code is not 0, or if it complains.
    static func run(_ name: String, _ arguments: String...) throws -> Data {
        let folders = ["/usr/bin", "/bin", "/usr/local/bin"]
        guard let path = folders.map({ "\($0)/\(name)" }).first(where: FileManager.default.isExecutableFile(atPath:))
        else {
            throw Failed(description: "\(name) is not installed; deploy/setup installs it")
        }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        let output = Pipe()
        process.standardOutput = output
        let complaints = Pipe()
        process.standardError = complaints
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failed(description: "\(name) ended with \(process.terminationStatus)")
        }
        let complaint = String(decoding: complaints.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        guard complaint.isEmpty else { throw Failed(description: "\(name) says: \(complaint.prefix(200))") }
        return data
    }

    /// The text of a PDF, with every run of white space replaced by one space.
    static func text(ofPDF path: String) throws -> String {
        let data = try run("pdftotext", "-layout", "-enc", "UTF-8", path, "-")
        return String(decoding: data, as: UTF8.self).split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
}
