using System.Net.Http.Headers;
using AgentChain.Budgets;

namespace AgentChain;

/// <summary>
/// Reads and writes deadlines that cross process borders, as remaining time: in headers of HTTP and gRPC, and in parameters of inference
/// servers. Pure and thread-safe.
/// </summary>
/// <remarks>
/// <para>
/// The names are compared without regard to case. If several headers set the same limit, the shortest holds. A time of 0 or less has passed
/// and is read as the shortest budget, one tick, with which a turn is rejected before it begins; only for <see cref="Triton"/>, 0 is no
/// limit. The time in which a request was under way is not known and not subtracted.
/// </para>
/// <para>A value is written rounded down, so that a deadline never grows on its way through several processes.</para>
/// </remarks>
public static class DeadlineHeaders
{
    /// <summary>The header of gRPC, <c>grpc-timeout</c>: at most 8 digits and a unit, such as <c>250m</c>; the total time.</summary>
    public const string Grpc = "grpc-timeout";

    /// <summary>The header of Ray Serve, <c>x-request-timeout-seconds</c>: a number that can have decimals; the total time.</summary>
    public const string RayServe = "x-request-timeout-seconds";

    /// <summary>The header of NVIDIA Dynamo, <c>x-dynamo-slo-ttft-ms</c>, in milliseconds; the time to the first output.</summary>
    public const string Dynamo = "x-dynamo-slo-ttft-ms";

    /// <summary>The same among Dynamo's metadata headers, <c>x-dynamo-meta-slo-ttft-ms</c>.</summary>
    public const string DynamoMetadata = "x-dynamo-meta-slo-ttft-ms";

    /// <summary>The request parameter of the Triton inference server, <c>timeout</c>, in microseconds; the total time.</summary>
    public const string Triton = "timeout";

    static readonly DeadlineFormat[] Formats =
    [
        new GrpcDeadline(),
        new NumberDeadline(RayServe, BudgetLimit.Total, TimeSpan.TicksPerSecond, "a number of seconds")
        {
            ReadsDecimals = true,
            WritesDecimals = true,
        },
        new NumberDeadline(Dynamo, BudgetLimit.FirstOutput, TimeSpan.TicksPerMillisecond, "a number of milliseconds") { ReadsDecimals = true },
        new NumberDeadline(DynamoMetadata, BudgetLimit.FirstOutput, TimeSpan.TicksPerMillisecond, "a number of milliseconds") { ReadsDecimals = true },
        new NumberDeadline(Triton, BudgetLimit.Total, TimeSpan.TicksPerMicrosecond, "a whole number of microseconds") { ZeroIsNone = true },
    ];

    /// <summary>Reads the deadlines among headers or parameters.</summary>
    /// <param name="headers">The names and values; those of other headers are ignored.</param>
    /// <returns>The remaining time as a budget; <see cref="LatencyBudget.None"/> if no header sets one.</returns>
    /// <exception cref="DeadlineHeaderException">A header does not carry a valid time.</exception>
    /// <exception cref="ArgumentNullException"><paramref name="headers"/> is <see langword="null"/>.</exception>
    public static LatencyBudget Read(IEnumerable<KeyValuePair<string, string?>> headers) =>
        Read(headers, out DeadlineHeaderException? broken) is var budget && broken is null ? budget : throw broken;

    /// <summary>Reads the deadlines among the headers of a request or a response.</summary>
    /// <param name="headers">The headers; a header can have several values.</param>
    /// <returns>The remaining time as a budget; <see cref="LatencyBudget.None"/> if no header sets one.</returns>
    /// <exception cref="DeadlineHeaderException">A header does not carry a valid time.</exception>
    /// <exception cref="ArgumentNullException"><paramref name="headers"/> is <see langword="null"/>.</exception>
    public static LatencyBudget Read(HttpHeaders headers)
    {
        ArgumentNullException.ThrowIfNull(headers);
        return Read(headers.NonValidated.SelectMany(static header => header.Value, static (header, value) =>
            new KeyValuePair<string, string?>(header.Key, value)));
    }

    /// <summary>Reads the deadlines among headers or parameters, and ignores those that are broken.</summary>
    /// <param name="headers">The names and values; those of other headers are ignored.</param>
    /// <param name="budget">The remaining time of the headers that could be read.</param>
    /// <returns><see langword="false"/> if at least one header was broken and ignored.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="headers"/> is <see langword="null"/>.</exception>
    public static bool TryRead(IEnumerable<KeyValuePair<string, string?>> headers, out LatencyBudget budget)
    {
        budget = Read(headers, out DeadlineHeaderException? broken);
        return broken is null;
    }

    /// <summary>Writes a remaining time as the value of a header.</summary>
    /// <param name="header">The name of the header: one of the constants of this class.</param>
    /// <param name="remaining">
    /// The remaining time, such as <see cref="BlockContext.Remaining"/>; <see cref="Timeout.InfiniteTimeSpan"/> for no limit. A time that
    /// has passed is written as the shortest that the header can carry.
    /// </param>
    /// <returns>The value; <see langword="null"/> if there is no limit, and the header must be left out.</returns>
    /// <exception cref="ArgumentException"><paramref name="header"/> carries no deadline.</exception>
    public static string? Format(string header, TimeSpan remaining) =>
        Of(header) is var format && remaining == Timeout.InfiniteTimeSpan ? null : format.Write(remaining);

    /// <summary>Writes the limit of a remaining budget that a header carries as the value of the header.</summary>
    /// <param name="header">The name of the header: one of the constants of this class.</param>
    /// <param name="remaining">The remaining budget, such as <see cref="BlockContext.RemainingBudget"/>.</param>
    /// <returns>The value; <see langword="null"/> if there is no such limit, and the header must be left out.</returns>
    /// <exception cref="ArgumentException"><paramref name="header"/> carries no deadline.</exception>
    public static string? Format(string header, LatencyBudget remaining) =>
        Of(header) is var format && remaining.Of(format.Limit) is { } time ? format.Write(time) : null;

    /// <summary>Sets headers of a request to a remaining budget; removes those whose limit it does not have.</summary>
    /// <param name="request">The request.</param>
    /// <param name="remaining">The remaining budget, such as <see cref="BlockContext.RemainingBudget"/>.</param>
    /// <param name="headers">The names of the headers: constants of this class.</param>
    /// <exception cref="ArgumentException">One of <paramref name="headers"/> carries no deadline.</exception>
    /// <exception cref="ArgumentNullException">An argument is <see langword="null"/>.</exception>
    public static void Write(HttpRequestMessage request, LatencyBudget remaining, params IReadOnlyList<string> headers)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(headers);
        foreach (string header in headers)
        {
            string? value = Format(header, remaining);
            request.Headers.Remove(header);
            if (value is not null)
            {
                request.Headers.TryAddWithoutValidation(header, value);
            }
        }
    }

    static LatencyBudget Read(IEnumerable<KeyValuePair<string, string?>> headers, out DeadlineHeaderException? broken)
    {
        ArgumentNullException.ThrowIfNull(headers);
        (LatencyBudget budget, broken) = (LatencyBudget.None, null);
        foreach ((string name, string? value) in headers)
        {
            if (Find(name) is not { } format)
            {
                continue;
            }

            if (format.Read(value, out TimeSpan? remaining) is { } problem)
            {
                broken ??= new DeadlineHeaderException(format.Header, problem, format.Form);
            }
            else if (remaining is { } time)
            {
                budget = budget.Tighter(format.Limit == BudgetLimit.Total ? LatencyBudget.Total(time) : LatencyBudget.FirstOutput(time));
            }
        }

        return budget;
    }

    static DeadlineFormat? Find(string? header) =>
        Array.Find(Formats, format => string.Equals(format.Header, header, StringComparison.OrdinalIgnoreCase));

    static DeadlineFormat Of(string header) => Find(header) ?? throw new ArgumentException(
        $"'{OptionCheck.Visible(header)}' is not a header that carries a deadline; use one of {string.Join(", ", Formats.Select(f => f.Header))}.",
        nameof(header));
}
