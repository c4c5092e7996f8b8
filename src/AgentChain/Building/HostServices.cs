using System.Diagnostics.Metrics;
using AgentChain.Devices;
using AgentChain.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace AgentChain.Building;

/// <summary>
/// What a chain takes from its host when it is built. A service that throws, or returns nothing, makes Build fail with an error that names
/// the option; later, none of them may decide a turn.
/// </summary>
static class HostServices
{
    /// <summary>The chain's logger; one that logs nowhere where the factory is missing or returns none.</summary>
    public static ILogger Logger(string chain, ILoggerFactory? factory) => factory is null
        ? NullLogger.Instance
        : Ask(chain, nameof(ChainOptions.LoggerFactory), () => factory.CreateLogger("AgentChain") ?? NullLogger.Instance);

    /// <summary>The host's meter; <see langword="null"/> where it has no factory.</summary>
    public static Meter? Meter(string chain, IMeterFactory? factory) => factory is null
        ? null
        : Ask(chain, nameof(ChainOptions.MeterFactory), () => factory.Create(new MeterOptions(TelemetryNames.Meter)));

    /// <summary>The devices of the host's scheduler.</summary>
    public static IReadOnlyList<ComputeDevice> DevicesOf(string chain, IDeviceScheduler scheduler) =>
        Ask(chain, nameof(ChainOptions.Devices), () => scheduler.Devices is { } devices && devices.All(d => d is not null) ? devices : null);

    /// <summary>The clock, once it has shown that it tells the time and makes timers.</summary>
    public static TimeProvider Clock(string chain, TimeProvider? clock)
    {
        if (clock is null || ReferenceEquals(clock, TimeProvider.System))
        {
            return TimeProvider.System;
        }

        return Ask(chain, nameof(ChainOptions.TimeProvider), () =>
        {
            using ITimer? timer = clock.CreateTimer(static _ => { }, null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            return timer is not null && clock.TimestampFrequency > 0 && clock.GetTimestamp() >= 0 ? clock : null;
        });
    }

    static T Ask<T>(string chain, string option, Func<T?> ask)
        where T : class
    {
        T? answer;
        try
        {
            answer = ask();
        }
        catch (Exception error)
        {
            throw new ChainValidationException(
                chain, [$"ChainOptions.{option} has thrown {error.GetType().Name} when the chain asked it for its services; see the inner exception."], error);
        }

        return answer ?? throw new ChainValidationException(chain, [Missing(option)]);
    }

    static string Missing(string option) => option switch
    {
        nameof(ChainOptions.MeterFactory) => "ChainOptions.MeterFactory has returned no meter; return one, or leave the option out.",
        nameof(ChainOptions.Devices) => "ChainOptions.Devices has no list of devices, or an entry of the list is null; return the devices there are.",
        _ => $"ChainOptions.{option} must create timers, and its timestamps must not be negative and its TimestampFrequency must be more than 0.",
    };
}
