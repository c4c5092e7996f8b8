using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace AgentChain.DependencyInjection;

/// <summary>Reads values from a section and collects the errors. Each error names the key, the value and the rule.</summary>
sealed class ConfigurationReader(IConfigurationSection section)
{
    static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    readonly List<string> _errors = [];
    readonly HashSet<string> _known = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Reads a name or other text.</summary>
    public string? Text(string key)
    {
        _known.Add(key);
        return section[key];
    }

    /// <summary>Returns the names of the sections below a key.</summary>
    public IEnumerable<string> Children(string key) => section.GetSection(key).GetChildren().Select(child => child.Key);

    /// <summary>Reads a duration of at most one day.</summary>
    public TimeSpan? Duration(string key, bool moreThanZero)
    {
        if (Text(key) is not { } text)
        {
            return null;
        }

        TimeSpan? time = Parse(text.Trim());
        if (time is { } read && read <= Longest && (moreThanZero ? read > TimeSpan.Zero : read >= TimeSpan.Zero))
        {
            return read;
        }

        string rule = time is null ? "is not a duration" : moreThanZero ? "must be greater than zero and at most one day" : "must be from zero to one day";
        Wrong(key, text, $"{rule}; write milliseconds (\"800\", \"800 ms\", \"1.5 s\") or a time span (\"00:00:00.8\")");
        return null;
    }

    /// <summary>Reads a number that is at least 1.</summary>
    public int? Count(string key, int least = 1)
    {
        if (Text(key) is not { } text)
        {
            return null;
        }

        if (int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out int count) && count >= least)
        {
            return count;
        }

        Wrong(key, text, $"must be a whole number of at least {least}");
        return null;
    }

    /// <summary>Reads true or false.</summary>
    public bool? Flag(string key)
    {
        if (Text(key) is not { } text)
        {
            return null;
        }

        if (bool.TryParse(text, out bool flag))
        {
            return flag;
        }

        Wrong(key, text, "must be true or false");
        return null;
    }

    /// <summary>Reads a share: 0 or more, where 1 is the whole.</summary>
    public double? Share(string key)
    {
        if (Text(key) is not { } text)
        {
            return null;
        }

        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double share) && share >= 0
            && double.IsFinite(share))
        {
            return share;
        }

        Wrong(key, text, "must be a number of at least 0, such as 0.1 for a tenth");
        return null;
    }

    /// <summary>Reads one of several words, case-insensitive.</summary>
    public T? Word<T>(string key, IReadOnlyList<(string Word, T Value)> words)
        where T : struct
    {
        if (Text(key) is not { } text)
        {
            return null;
        }

        foreach ((string word, T value) in words)
        {
            if (word.Equals(text.Trim(), StringComparison.OrdinalIgnoreCase))
            {
                return value;
            }
        }

        Wrong(key, text, $"must be one of {string.Join(", ", words.Select(w => w.Word))}");
        return null;
    }

    public void Wrong(string key, string value, string rule) =>
        _errors.Add($"Configuration '{ConfigurationPath.Combine(section.Path, key)}' is '{value}': it {rule.TrimEnd('.')}.");

    /// <summary>Throws if a value was invalid, or if the section contains a key that was never read.</summary>
    /// <exception cref="OptionsValidationException">The section has errors. The exception contains all of them.</exception>
    public void ThrowIfWrong(string name, Type type)
    {
        if (!string.IsNullOrEmpty(section.Value))
        {
            _errors.Add($"Configuration '{section.Path}' is '{section.Value}', but it is a section; available settings in it: {string.Join(", ", _known)}.");
        }

        foreach ((string key, string? value) in section.AsEnumerable(makePathsRelative: true))
        {
            if (key.Length > 0 && value is not null && !_known.Contains(key))
            {
                _errors.Add($"Configuration '{ConfigurationPath.Combine(section.Path, key)}' is not a setting; available settings: {string.Join(", ", _known)}.");
            }
        }

        if (_errors.Count > 0)
        {
            throw new OptionsValidationException(name, type, _errors);
        }
    }

    static TimeSpan? Parse(string text)
    {
        (string number, double unit) = text switch
        {
            _ when text.EndsWith("ms", StringComparison.OrdinalIgnoreCase) => (text[..^2], 1),
            _ when text.EndsWith('s') => (text[..^1], 1000),
            _ => (text, 1.0),
        };
        if (double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out double count))
        {
            double milliseconds = count * unit;
            return Math.Abs(milliseconds) <= TimeSpan.MaxValue.TotalMilliseconds / 2
                ? TimeSpan.FromMilliseconds(milliseconds)
                : TimeSpan.MaxValue;
        }

        return TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out TimeSpan span) ? span : null;
    }
}
