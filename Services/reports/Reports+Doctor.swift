import Bootstrap
import Logging

extension Reports {
    static func diagnoses(_ config: Settings, _ logger: Logger) async throws -> [Diagnosis] {
        let configuration = try ReportsConfiguration(config)
        var found = [Diagnosis.folder("DATA_DIR", configuration.dataDirectory)]
        do throws(SettingError) {
            _ = try configuration.typeface()
            found.append(.fine("FONT_DIR", configuration.fontDirectory))
        } catch {
            found.append(.wrong("FONT_DIR", "\(error)", do: "Install them, or name the folder that has them."))
        }
        return found
    }
}
