import Domain
import Foundation
import Logging

/// What `--doctor` looks at in every process: the settings, the sockets, and the processes behind them. Changes nothing.
struct Doctor {
    let service: ServiceName
    let config: Settings
    let settings: [any AnySetting]

    /// - Parameter own: what this service looks at besides.
    func diagnoses(_ own: (Settings, Logger) async throws -> [Diagnosis]) async -> [Diagnosis] {
        var found = settingsRefused
        if found.isEmpty {
            found.append(.fine("settings", "\(settings.count) of the \(service.rawValue), each of them allowed"))
        }
        if let sockets = try? config.values(of: CommonSettings.self).sockets {
            found += SocketExamination(of: service, in: SocketDirectory(root: sockets)).diagnoses()
        }
        do {
            let silent = Logger(label: service.rawValue) { _ in SwiftLogNoOpLogHandler() }
            found += try await own(config, silent)
        } catch let error as SettingError {
            // The list above may have it already.
            if !found.contains(.wrong(error)) { found.append(.wrong(error)) }
        } catch {
            found.append(.wrong(service.rawValue, "\(error)", do: "It cannot start like this."))
        }
        return found
    }

    /// All of them, not only the first as at the start.
    private var settingsRefused: [Diagnosis] {
        settings.compactMap { setting in
            do throws(SettingError) {
                try setting.check(in: config)
                return nil
            } catch { return .wrong(error) }
        }
    }
}
