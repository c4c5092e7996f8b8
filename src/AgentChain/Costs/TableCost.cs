using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace AgentChain.Costs;

/// <summary>Represents a cost that was measured at some numbers of tokens.</summary>
public sealed record TableCost : CostModel
{
    readonly ImmutableArray<CostPoint> _points;

    /// <summary>Initializes a new instance.</summary>
    /// <param name="points">The points, in ascending order of tokens; at least one.</param>
    /// <exception cref="ArgumentException">There are no points, or the tokens are not in ascending order.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number or a time is negative.</exception>
    [JsonConstructor]
    public TableCost(ImmutableArray<CostPoint> points)
    {
        _points = points.IsDefault ? [] : points;
        if (_points.Length == 0)
        {
            throw new ArgumentException("A table of costs needs at least one point.", nameof(points));
        }

        for (int i = 0; i < _points.Length; i++)
        {
            CostPoint point = _points[i];
            if (!(point.Tokens is >= 0 and <= CostFeatures.Largest) || point.Time < TimeSpan.Zero)
            {
                throw new ArgumentOutOfRangeException(nameof(points), point, $"Point {i} of a table of costs is negative or not a number.");
            }

            if (i > 0 && point.Tokens <= _points[i - 1].Tokens)
            {
                throw new ArgumentException($"Point {i} of a table of costs has no more tokens than the point before it.", nameof(points));
            }
        }
    }

    /// <summary>Gets the points, in ascending order of tokens.</summary>
    public ImmutableArray<CostPoint> Points => _points;

    /// <summary>Returns whether the other table has the same points.</summary>
    /// <param name="other">The other table.</param>
    /// <returns><see langword="true"/> if the points are equal.</returns>
    public bool Equals(TableCost? other) => other is not null && _points.AsSpan().SequenceEqual(other._points.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_points.Length, _points[0], _points[^1]);

    internal override double Seconds(in CostFeatures features)
    {
        double tokens = features.Tokens;
        int above = 0;
        while (above < _points.Length && _points[above].Tokens < tokens)
        {
            above++;
        }

        if (above == 0 || _points.Length == 1)
        {
            return _points[0].Time.TotalSeconds;
        }

        // Above the last point, the last two give the slope, which never falls.
        int upper = Math.Min(above, _points.Length - 1);
        (CostPoint a, CostPoint b) = (_points[upper - 1], _points[upper]);
        double slope = (b.Time - a.Time).TotalSeconds / (b.Tokens - a.Tokens);
        return above == _points.Length
            ? b.Time.TotalSeconds + (Math.Max(0, slope) * (tokens - b.Tokens))
            : a.Time.TotalSeconds + (slope * (tokens - a.Tokens));
    }
}
