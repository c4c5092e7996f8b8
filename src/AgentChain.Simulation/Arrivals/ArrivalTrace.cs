using System.Diagnostics;

namespace AgentChain.Simulation;

/// <summary>
/// Represents a sequence of arrivals: read from a file, generated, or the host's own. Immutable, and safe for use from any thread: each
/// reading starts again, one row at a time, so memory does not grow with the trace.
/// </summary>
/// <remarks>
/// A trace in which requests wait for others (<see cref="Arrival.WaitFor"/>) is kept in memory while it is simulated, because a request can
/// wait for any other.
/// </remarks>
/// <example>
/// <c>ArrivalTrace.FromFile("conversation.csv").AtRate(20)</c>, <c>ArrivalTrace.Bursty(20, 3.5, 10_000)</c>
/// </example>
[DebuggerDisplay("{Name,nq}")]
public sealed class ArrivalTrace
{
    readonly Func<long, IEnumerable<Arrival>> _read;
    readonly Lazy<ArrivalSummary> _summary;

    internal ArrivalTrace(string name, Func<long, IEnumerable<Arrival>> read, ArrivalSummary? summary = null)
    {
        (Name, _read) = (name, read);
        _summary = summary is null ? new(() => ArrivalSummary.Of(Read(0)), LazyThreadSafetyMode.PublicationOnly) : new(summary);
    }

    /// <summary>Gets the name of the trace, such as that of its file.</summary>
    public string Name { get; }

    /// <summary>
    /// Gets the number, rate and lengths of the arrivals of the first seed. The trace is read once to its end on first access.
    /// </summary>
    /// <exception cref="ArrivalTraceException">A row is broken.</exception>
    public ArrivalSummary Summary => _summary.Value;

    /// <summary>Reads the arrivals, one at a time.</summary>
    /// <param name="seed">The random seed of generated arrivals; of no effect on a file.</param>
    /// <returns>The arrivals, in order of time except for those that wait for others.</returns>
    /// <exception cref="ArrivalTraceException">A row is broken. Thrown by the enumeration when it reaches the row.</exception>
    public IEnumerable<Arrival> Read(long seed = 0)
    {
        var check = new ArrivalCheck(Name);
        TimeSpan before = TimeSpan.Zero;
        long row = 0;
        bool waits = false;
        foreach (Arrival arrival in _read(seed) ?? throw check.Error(0, null, "the source of the arrivals returned null."))
        {
            row++;
            if (arrival is null)
            {
                throw check.Error(row, null, "the arrival is null.");
            }

            Arrival read = arrival.Row > 0 ? arrival : arrival with { Row = row };
            waits |= read.WaitFor is { Count: > 0 };

            // An agentic trace can be ordered by session: it is sorted when it is simulated.
            check.Arrival(read, read.Row, waits ? TimeSpan.Zero : before);
            before = read.Time;
            yield return read;
        }
    }

    /// <summary>Reads a file in Azure's format (CSV) or in Mooncake's or Dynamo's (JSON lines); the first character tells which.</summary>
    /// <param name="path">The path of the file.</param>
    /// <returns>The trace. The file is opened for each reading.</returns>
    /// <exception cref="FileNotFoundException">The file does not exist.</exception>
    public static ArrivalTrace FromFile(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!File.Exists(path))
        {
            throw new FileNotFoundException($"The trace '{path}' does not exist.", path);
        }

        return new(NameOf(path), _ => Rows(path));

        static IEnumerable<Arrival> Rows(string path)
        {
            using var reader = new StreamReader(path);
            IEnumerable<Arrival> rows = reader.Peek() == '{'
                ? MooncakeTrace.Read(reader, new(NameOf(path)))
                : AzureTrace.Read(reader, new(NameOf(path)));
            foreach (Arrival arrival in rows)
            {
                yield return arrival;
            }
        }
    }

    /// <summary>Reads a trace in Azure's format: lines of <c>TIMESTAMP,ContextTokens,GeneratedTokens</c> with a header.</summary>
    /// <param name="open">A function that opens the text. It is called for each reading, which disposes the reader.</param>
    /// <param name="name">The name of the trace in errors.</param>
    /// <returns>The trace.</returns>
    public static ArrivalTrace FromAzure(Func<TextReader> open, string name = "azure") => Opened(open, name, AzureTrace.Read);

    /// <summary>
    /// Reads a trace in Mooncake's format: one JSON object a line with <c>timestamp</c> in milliseconds, <c>input_length</c>,
    /// <c>output_length</c> and <c>hash_ids</c>; and, in Dynamo's agentic format, also <c>request_id</c>, <c>session_id</c>,
    /// <c>wait_for</c>, <c>branches</c>, <c>prefix_reset</c>, <c>delay</c> and <c>tool_wait_ms</c>. Other fields are ignored.
    /// </summary>
    /// <param name="open">A function that opens the text. It is called for each reading, which disposes the reader.</param>
    /// <param name="name">The name of the trace in errors.</param>
    /// <returns>The trace.</returns>
    public static ArrivalTrace FromMooncake(Func<TextReader> open, string name = "mooncake") => Opened(open, name, MooncakeTrace.Read);

    /// <summary>Creates a trace from arrivals of the host.</summary>
    /// <param name="arrivals">The arrivals, in order of time. They are enumerated for each reading.</param>
    /// <param name="name">The name of the trace in errors.</param>
    /// <returns>The trace.</returns>
    public static ArrivalTrace From(IEnumerable<Arrival> arrivals, string name = "arrivals")
    {
        ArgumentNullException.ThrowIfNull(arrivals);
        return From(_ => arrivals, name);
    }

    /// <summary>Creates a trace from arrivals that the host generates.</summary>
    /// <param name="arrivals">A function that generates the arrivals of a seed, in order of time. Each call must return the same ones.</param>
    /// <param name="name">The name of the trace in errors.</param>
    /// <returns>The trace.</returns>
    public static ArrivalTrace From(Func<long, IEnumerable<Arrival>> arrivals, string name = "arrivals")
    {
        ArgumentNullException.ThrowIfNull(arrivals);
        return new(OptionCheck.Name(name, nameof(name)), arrivals);
    }

    /// <summary>Generates arrivals that are independent of each other: a Poisson process.</summary>
    /// <param name="perSecond">The mean number of arrivals in a second; greater than 0.</param>
    /// <param name="count">The number of arrivals; at least 1.</param>
    /// <returns>The trace. Its arrivals have no tokens; see <see cref="WithTokens"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A value is outside its range.</exception>
    public static ArrivalTrace Poisson(double perSecond, int count) => Bursty(perSecond, 1, count);

    /// <summary>Generates arrivals in bursts: the times between them follow a gamma distribution.</summary>
    /// <param name="perSecond">The mean number of arrivals in a second; greater than 0.</param>
    /// <param name="variation">
    /// The coefficient of variation of the times between two arrivals, from 0 to 100: 0 is a steady beat, 1 a Poisson process, and more is
    /// burstier.
    /// </param>
    /// <param name="count">The number of arrivals; at least 1.</param>
    /// <returns>The trace. Its arrivals have no tokens; see <see cref="WithTokens"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A value is outside its range.</exception>
    public static ArrivalTrace Bursty(double perSecond, double variation, int count)
    {
        OptionCheck.Positive(perSecond, nameof(perSecond));
        OptionCheck.Within(variation, 0, 100, nameof(variation));
        OptionCheck.AtLeast(count, 1, nameof(count));
        string name = OptionCheck.Text($"{perSecond:0.###} a second, variation {variation:0.###}");
        return new(name, seed => Generated.Arrivals(seed, perSecond, variation, count));
    }

    /// <summary>Returns the trace at another rate: all times are stretched or shrunk by one factor.</summary>
    /// <param name="perSecond">The mean number of arrivals in a second; greater than 0.</param>
    /// <returns>The trace. The times between a request and those that wait for it stay.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The rate is not a positive number.</exception>
    /// <exception cref="ArrivalTraceException">The trace has no rate, because all of its arrivals are at one time, or a row is broken.</exception>
    public ArrivalTrace AtRate(double perSecond)
    {
        OptionCheck.Positive(perSecond, nameof(perSecond));
        return Summary.Rate > 0
            ? Stretched(Summary.Rate / perSecond, OptionCheck.Text($"{Name} at {perSecond:0.###} a second"))
            : throw new ArrivalTraceException(Name, 0, null, "the trace has no rate to change: it needs arrivals at two times.");
    }

    /// <summary>Returns the trace at the rate that keeps the servers of one kind of device busy to a certain part.</summary>
    /// <param name="load">The part of the servers' time that the work needs; greater than 0. More than 1 is too much work.</param>
    /// <param name="servers">The number of servers; at least 1.</param>
    /// <param name="work">A function that returns the time that one server needs for an arrival, on average.</param>
    /// <returns>The trace.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A value is outside its range.</exception>
    /// <exception cref="ArrivalTraceException">The trace has no rate or no work, or a row is broken.</exception>
    public ArrivalTrace AtLoad(double load, int servers, Func<Arrival, TimeSpan> work)
    {
        OptionCheck.Positive(load, nameof(load));
        OptionCheck.AtLeast(servers, 1, nameof(servers));
        ArgumentNullException.ThrowIfNull(work);
        double seconds = 0;
        long count = 0;
        foreach (Arrival arrival in Read())
        {
            seconds += work(arrival).TotalSeconds;
            count++;
        }

        return seconds > 0
            ? AtRate(load * servers * count / seconds)
            : throw new ArrivalTraceException(Name, 0, null, "the arrivals need no work, so no rate gives the load.");
    }

    /// <summary>Returns the first arrivals of the trace.</summary>
    /// <param name="count">The number of arrivals; at least 1.</param>
    /// <returns>The trace.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The number is less than 1.</exception>
    public ArrivalTrace Take(int count)
    {
        OptionCheck.AtLeast(count, 1, nameof(count));
        return new(Name, seed => Read(seed).Take(count));
    }

    /// <summary>Returns the trace with other numbers of tokens, such as those of a distribution.</summary>
    /// <param name="tokens">
    /// A function that draws the tokens of the prompt and of the answer. The key depends on the seed and the arrival's place in the trace.
    /// </param>
    /// <returns>The trace.</returns>
    public ArrivalTrace WithTokens(Func<RandomKey, (int Input, int Output)> tokens)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        return new(Name, seed => Read(seed).Select((arrival, place) =>
        {
            (int input, int output) = tokens(RandomKey.Of(seed).Fold("tokens").Fold(place));
            return arrival with { InputTokens = input, OutputTokens = output };
        }));
    }

    /// <summary>Returns the name of the trace.</summary>
    /// <returns>The name.</returns>
    public override string ToString() => Name;

    static string NameOf(string path) => Path.GetFileName(path);

    static ArrivalTrace Opened(Func<TextReader> open, string name, Func<TextReader, ArrivalCheck, IEnumerable<Arrival>> rows)
    {
        ArgumentNullException.ThrowIfNull(open);
        return new(OptionCheck.Name(name, nameof(name)), _ => Rows());

        IEnumerable<Arrival> Rows()
        {
            var check = new ArrivalCheck(name);
            using TextReader reader = open() ?? throw check.Error(0, null, "the function that opens the trace returned null.");
            foreach (Arrival arrival in rows(reader, check))
            {
                yield return arrival;
            }
        }
    }

    ArrivalTrace Stretched(double factor, string name) => new(
        name, seed => Read(seed).Select(arrival => arrival with { Time = Stretch(arrival.Time, factor) }));

    static TimeSpan Stretch(TimeSpan time, double factor) =>
        time.Ticks * factor < TimeSpan.MaxValue.Ticks / 2 ? time * factor : TimeSpan.MaxValue;
}
