using System.Diagnostics.Metrics;
using AgentChain.Devices;
using AgentChain.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace AgentChain.Building;

/// <summary>
/// Obtains the services that a chain takes from its host when it is built. A service that throws or returns null makes Build fail with an
/// error that names the option; after that, a failing service must not affect a turn.
/// </summary>
static class HostServices
{
    /// <summary>Returns the chain's logger, or one that discards all messages if the factory is missing or returns null.</summary>
    public static ILogger Logger(string chain, ILoggerFactory? factory) => factory is null
        ? NullLogger.Instance
        : Ask(chain, nameof(ChainOptions.LoggerFactory), () => factory.CreateLogger("AgentChain") ?? NullLogger.Instance);

    /// <summary>Returns the host's meter; <see langword="null"/> if there is no factory.</summary>
    public static Meter? Meter(string chain, IMeterFactory? factory) => factory is null
        ? null
        : Ask(chain, nameof(ChainOptions.MeterFactory), () => factory.Create(new MeterOptions(TelemetryNames.Meter)));

    /// <summary>Returns the devices of the host's scheduler.</summary>
    public static IReadOnlyList<ComputeDevice> DevicesOf(string chain, IDeviceScheduler scheduler) =>
        Ask(chain, nameof(ChainOptions.Devices), () => scheduler.Devices is { } devices
            && devices.All(d => d is not null) ? devices : null);

    /// <summary>Returns the clock, after a check that it provides timestamps and timers.</summary>
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
                chain, [$"ChainOptions.{option} threw {error.GetType().Name} when the chain requested its service; see the inner exception."], error);
        }

        return answer ?? throw new ChainValidationException(chain, [Missing(option)]);
    }

    static string Missing(string option) => option switch
    {
        nameof(ChainOptions.MeterFactory) => "ChainOptions.MeterFactory returned no meter; return one, or leave the option unset.",
        nameof(ChainOptions.Devices) => "ChainOptions.Devices has no list of devices, or the list has a null entry; return the devices that are present.",
        _ => $"ChainOptions.{option} must create timers, and its timestamps must not be negative and its TimestampFrequency must be more than 0.",
    };
}
