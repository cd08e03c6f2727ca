import Glibc

/// A step on a file that the system refused. Reads `errno`, so make one right after the call.
struct FileError: Error, CustomStringConvertible {
    let step: String
    let code: Int32

    init(_ step: String, code: Int32 = errno) {
        self.step = step
        self.code = code
    }

    /// The disk is full or cannot be written to at the moment: worth trying for as long as it takes.
    var isShortOfSpace: Bool {
        [ENOSPC, EDQUOT, EROFS, EFBIG].contains(code)
    }

    var description: String {
        "cannot \(step): \(String(cString: strerror(code)))"
    }
}
