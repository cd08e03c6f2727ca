/// The text format 0.0.4 (https://prometheus.io/docs/instrumenting/exposition_formats/).
enum PrometheusText {
    static func exposition(
        of instruments: [PrometheusRegistry.Key: any PrometheusInstrument], help: [String: String]
    ) -> String {
        var text = ""
        for (label, series) in Dictionary(grouping: instruments, by: \.key.label).sorted(by: { $0.key < $1.key }) {
            guard let kind = series.first.map({ type(of: $0.value).kind }) else { continue }
            if let help = help[label] {
                text += "# HELP \(label) \(help.replacing("\\", with: "\\\\").replacing("\n", with: "\\n"))\n"
            }
            text += "# TYPE \(label) \(kind)\n"
            // A family has one kind; a series of another kind under the same name would make the whole page invalid.
            let ofKind = series.filter { type(of: $0.value).kind == kind }
            for (key, instrument) in ofKind.sorted(by: { $0.key.labels.lexicographicallyPrecedes($1.key.labels) }) {
                for sample in instrument.samples {
                    let labels = (key.labels + (sample.label.isEmpty ? [] : [sample.label])).joined(separator: ",")
                    text += label + sample.suffix + (labels.isEmpty ? "" : "{\(labels)}") + " \(number(sample.value))\n"
                }
            }
        }
        return text
    }

    static func number(_ value: Double) -> String {
        Int64(exactly: value).map(String.init) ?? "\(value)"
    }

    /// Letters, digits, underscore and colon; anything else becomes an underscore.
    static func name(_ text: String) -> String {
        let allowed = String(
            text.map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == ":") ? $0 : "_" })
        return allowed.first?.isNumber == false ? allowed : "_" + allowed
    }

    static func escaped(_ value: String) -> String {
        value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }
}
