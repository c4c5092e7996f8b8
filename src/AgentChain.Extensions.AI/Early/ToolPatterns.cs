using System.Buffers;
using System.Text;
using System.Text.Json;

namespace AgentChain.Extensions.AI;

/// <summary>
/// Learns which tool call follows what: a class of requests, or another tool. Each pair has two counts, and its probability is the mean of
/// a
/// Beta distribution, so a pair without observations has the mean of the prior. Thread-safe.
/// </summary>
/// <remarks>
/// Share one instance between agents that serve the same users, and save it with <see cref="ToJson"/>. It contains the names of classes and
/// tools, and no text of a user. When it is full, the pair that was used least recently is forgotten.
/// </remarks>
public sealed class ToolPatterns
{
    readonly Lock _lock = new();
    readonly Dictionary<(string After, string Tool), Pattern> _patterns = [];
    readonly double _priorHits;
    readonly double _priorMisses;
    readonly double _decay;
    long _uses;

    /// <summary>Initializes a table without observations.</summary>
    /// <param name="priorHits">The weight of a hit before any observation, as a number of observations; more than 0.</param>
    /// <param name="priorMisses">The weight of a miss before any observation; more than 0.</param>
    /// <param name="decay">
    /// The factor by which each observation of a pair reduces the weight of its older ones; more than 0, at most 1. At 0.99, about a
    /// hundred
    /// count.
    /// </param>
    /// <param name="capacity">The number of pairs that are kept; at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is outside its range.</exception>
    public ToolPatterns(double priorHits = 1, double priorMisses = 1, double decay = 0.99, int capacity = 4096)
    {
        (_priorHits, _priorMisses) = (Positive(priorHits, nameof(priorHits)), Positive(priorMisses, nameof(priorMisses)));
        _decay = Positive(decay, nameof(decay)) <= 1
            ? decay
            : throw new ArgumentOutOfRangeException(nameof(decay), decay, "The decay is at most 1.");
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        Capacity = capacity;
    }

    /// <summary>Gets the number of pairs that are kept.</summary>
    public int Capacity { get; }

    /// <summary>Gets the number of pairs that were observed.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _patterns.Count;
            }
        }
    }

    /// <summary>Returns the key under which calls that follow a class of requests are learned.</summary>
    /// <param name="requestClass">The class, such as an intent.</param>
    /// <returns>The key.</returns>
    public static string AfterRequest(string requestClass) => "request:" + requestClass;

    /// <summary>Returns the key under which calls that follow a tool are learned.</summary>
    /// <param name="tool">The name of the tool.</param>
    /// <returns>The key.</returns>
    public static string AfterTool(string tool) => "tool:" + tool;

    /// <summary>Estimates the probability that a call follows.</summary>
    /// <param name="after">The key of the class or the tool before it.</param>
    /// <param name="tool">The name of the tool that is called.</param>
    /// <returns>The probability, more than 0 and less than 1.</returns>
    public double Probability(string after, string tool)
    {
        ArgumentNullException.ThrowIfNull(after);
        ArgumentNullException.ThrowIfNull(tool);
        lock (_lock)
        {
            (double hits, double total) = (0, 0);
            if (_patterns.TryGetValue((after, tool), out Pattern? pattern))
            {
                pattern.UsedAt = ++_uses;
                (hits, total) = (pattern.Hits, pattern.Total);
            }

            return (hits + _priorHits) / (total + _priorHits + _priorMisses);
        }
    }

    /// <summary>Learns whether a call followed.</summary>
    /// <param name="after">The key of the class or the tool before it.</param>
    /// <param name="tool">The name of the tool that could have been called.</param>
    /// <param name="followed"><see langword="true"/> if the model made the call that was expected.</param>
    public void Learn(string after, string tool, bool followed)
    {
        ArgumentNullException.ThrowIfNull(after);
        ArgumentNullException.ThrowIfNull(tool);
        lock (_lock)
        {
            Pattern pattern = Find(after, tool);
            pattern.Hits = (pattern.Hits * _decay) + (followed ? 1 : 0);
            pattern.Total = (pattern.Total * _decay) + 1;
        }
    }

    /// <summary>Writes the counts as JSON.</summary>
    /// <returns>The JSON text, the pair that was used least recently first.</returns>
    public string ToJson()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteNumber("version", 1);
            writer.WriteStartArray("patterns");
            lock (_lock)
            {
                foreach (((string after, string tool), Pattern pattern) in _patterns.OrderBy(pair => pair.Value.UsedAt))
                {
                    writer.WriteStartObject();
                    writer.WriteString("after", after);
                    writer.WriteString("tool", tool);
                    writer.WriteNumber("hits", pattern.Hits);
                    writer.WriteNumber("total", pattern.Total);
                    writer.WriteEndObject();
                }
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>Replaces the counts by those of <see cref="ToJson"/>. If the text is refused, nothing changes.</summary>
    /// <param name="json">The JSON text.</param>
    /// <exception cref="FormatException">The text is not one of <see cref="ToJson"/>.</exception>
    public void Load(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        List<(string After, string Tool, double Hits, double Total)> read;
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            read = [.. document.RootElement.GetProperty("patterns").EnumerateArray().Select(one => (
                one.GetProperty("after").GetString()!, one.GetProperty("tool").GetString()!,
                one.GetProperty("hits").GetDouble(), one.GetProperty("total").GetDouble()))];
            if (document.RootElement.GetProperty("version").GetInt32() != 1
                || read.Exists(one => one.After is null || one.Tool is null
                    || !(one.Hits >= 0 && one.Hits <= one.Total && double.IsFinite(one.Total))))
            {
                throw new FormatException("The version is not 1, or a pair has no names, or its hits are not from 0 to its total.");
            }
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new FormatException("The text is not a table of tool patterns; see the inner exception. Pass a text that ToJson returned.", error);
        }

        lock (_lock)
        {
            _patterns.Clear();
            foreach ((string after, string tool, double hits, double total) in read)
            {
                Pattern pattern = Find(after, tool);
                (pattern.Hits, pattern.Total) = (hits, total);
            }
        }
    }

    /// <summary>Returns a one-line description that contains no names.</summary>
    /// <returns>The description.</returns>
    public override string ToString() => $"{Count} of at most {Capacity} patterns";

    static double Positive(double value, string name) => value > 0 && double.IsFinite(value)
        ? value
        : throw new ArgumentOutOfRangeException(name, value, "It must be a finite number greater than 0.");

    Pattern Find(string after, string tool)
    {
        if (!_patterns.TryGetValue((after, tool), out Pattern? pattern))
        {
            if (_patterns.Count >= Capacity)
            {
                _patterns.Remove(_patterns.MinBy(pair => pair.Value.UsedAt).Key);
            }

            _patterns[(after, tool)] = pattern = new Pattern();
        }

        pattern.UsedAt = ++_uses;
        return pattern;
    }

    sealed class Pattern
    {
        public double Hits { get; set; }

        public double Total { get; set; }

        public long UsedAt { get; set; }
    }
}
