/// Numbers as JSON has them, written in place.
public enum DecimalText {
    /// Digits of a number that is not negative.
    public static func length(of number: Int) -> Int {
        var count = 1
        var rest = number / 10
        while rest > 0 {
            count += 1
            rest /= 10
        }
        return count
    }

    /// - Parameter room: as many bytes as the number has digits.
    public static func write(_ number: Int, to room: UnsafeMutableRawBufferPointer) {
        var rest = number
        for place in stride(from: room.count - 1, through: 0, by: -1) {
            room[place] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        }
    }
}
