/// Non-negative numbers in decimal, written in place.
public enum DecimalText {
    /// How many digits a non-negative number has.
    @inlinable
    public static func length(of number: Int) -> Int {
        var count = 1
        var rest = number / 10
        while rest > 0 {
            count += 1
            rest /= 10
        }
        return count
    }

    /// - Parameter output: as many bytes as the number has digits.
    @inlinable
    public static func write(_ number: Int, to output: UnsafeMutableRawBufferPointer) {
        var rest = number
        for place in stride(from: output.count - 1, through: 0, by: -1) {
            output[place] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        }
    }
}
