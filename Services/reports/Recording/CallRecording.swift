import Domain
import Foundation
import Glibc
import Recording

/// A session's recording on disk. The WAV file is made from the relay's sound log when somebody first asks for it, so a
/// recording that nobody hears costs no work; then the log goes.
struct CallRecording {
    /// A relay that has been silent for so long, in seconds, writes no more to the log of a session that has ended.
    private static let settled = 60

    let folder: SessionFolder

    init(of id: SessionID, in root: String) { folder = SessionFolder(root: root, id: id) }

    /// Size in bytes of the WAV file.
    ///
    /// - Returns: nil if the call was not recorded, or its recording is deleted already.
    /// - Throws: `FileError`.
    func prepare(now: Date = Date()) throws(FileError) -> Int? {
        guard let log = folder.inspect(SoundFiles.log) else { return folder.inspect(SoundFiles.recording)?.size }
        // A log that has just been written to may still grow; then the next request makes the file again.
        if folder.inspect(SoundFiles.recording)?.stamp != log.stamp { try make(from: log.stamp) }
        if Int(now.timeIntervalSince1970) - log.stamp.seconds > Self.settled {
            // A log that stays is deleted when it is too old, or that failure is reported.
            _ = try? folder.remove(SoundFiles.log)
        }
        return folder.inspect(SoundFiles.recording)?.size
    }

    /// - Parameter stamp: when the log was last written to. The WAV file gets the same, since its age is the call's.
    private func make(from stamp: FileStamp) throws(FileError) {
        let path = "\(folder.root)/\(folder.relativePath(SoundFiles.log))"
        guard let data = try? Data(contentsOf: URL(filePath: path), options: .alwaysMapped) else {
            throw FileError("read \(SoundFiles.log)")
        }
        try folder.write(SoundFiles.recording, stamp: stamp) { descriptor throws(FileError) in
            let result: Result<Void, FileError> = data.withUnsafeBytes { log in
                Result { () throws(FileError) in
                    try CallSound(CallTimeline(log)).write(from: log) { bytes throws(FileError) in
                        try SessionFolder.write(bytes, of: SoundFiles.recording, to: descriptor)
                    }
                }
            }
            try result.get()
        }
    }
}
