using System.Globalization;

namespace Sandbox.Judge.Microdata;

/// <summary>
/// The scalar expressions that case files are written in: literals, columns, arithmetic, comparisons, AND OR NOT, IN, BETWEEN, LIKE, IS [NOT] NULL,
/// IS [NOT] DISTINCT FROM, CASE, CAST and a few functions, with SQL's three-valued logic. A value is null, bool, long, double or string.
/// </summary>
internal sealed class SqlExpression
{
    private readonly SqlTokens _tokens;

    private SqlExpression(string text) => _tokens = new SqlTokens(text);

    /// <summary>An evaluator over a row's columns.</summary>
    /// <exception cref="InvalidDataException">The text is not such an expression.</exception>
    public static Func<Func<string, object?>, object?> Parse(string text)
    {
        var parser = new SqlExpression(text);
        var result = parser.Or();
        parser._tokens.ExpectEnd();
        return result;
    }

    private Func<Func<string, object?>, object?> Or()
    {
        var left = And();
        while (_tokens.TakeWord("OR"))
        {
            var (a, b) = (left, And());
            left = row => Logic(a(row), b(row), absorbing: true);
        }

        return left;
    }

    private Func<Func<string, object?>, object?> And()
    {
        var left = Not();
        while (_tokens.TakeWord("AND"))
        {
            var (a, b) = (left, Not());
            left = row => Logic(a(row), b(row), absorbing: false);
        }

        return left;
    }

    private Func<Func<string, object?>, object?> Not()
    {
        if (!_tokens.TakeWord("NOT"))
        {
            return Predicate();
        }

        var inner = Not();
        return row => inner(row) is bool value ? !value : null;
    }

    private Func<Func<string, object?>, object?> Predicate()
    {
        var left = Sum();
        while (true)
        {
            if (_tokens.TakeWord("IS"))
            {
                left = Is(left);
                continue;
            }

            var negated = _tokens.TakeWord("NOT");
            Func<Func<string, object?>, object?>? positive =
                _tokens.TakeWord("IN") ? In(left)
                : _tokens.TakeWord("BETWEEN") ? Between(left)
                : _tokens.TakeWord("ILIKE") ? Like(left, ignoreCase: true)
                : _tokens.TakeWord("LIKE") ? Like(left, ignoreCase: false)
                : null;
            if (positive is not null)
            {
                var (test, not) = (positive, negated);
                left = row => test(row) is bool value ? value != not : null;
            }
            else if (negated)
            {
                throw _tokens.Fault();
            }
            else if (_tokens.TakeComparison() is { } sign)
            {
                var (a, b) = (left, Sum());
                left = row => SqlValues.Compare(a(row), b(row)) is { } order ? SqlValues.Holds(sign, order) : null;
            }
            else
            {
                return left;
            }
        }
    }

    private Func<Func<string, object?>, object?> Is(Func<Func<string, object?>, object?> left)
    {
        var negated = _tokens.TakeWord("NOT");
        if (_tokens.TakeWord("NULL"))
        {
            return row => left(row) is null != negated;
        }

        if (_tokens.TakeWord("TRUE"))
        {
            return row => left(row) is true != negated;
        }

        if (_tokens.TakeWord("FALSE"))
        {
            return row => left(row) is false != negated;
        }

        _tokens.ExpectWord("DISTINCT");
        _tokens.ExpectWord("FROM");
        var right = Sum();
        return row =>
        {
            var (a, b) = (left(row), right(row));
            var distinct = a is null || b is null ? !(a is null && b is null) : SqlValues.Compare(a, b) != 0;
            return distinct != negated;
        };
    }

    private Func<Func<string, object?>, object?> In(Func<Func<string, object?>, object?> left)
    {
        var items = Arguments();
        return row =>
        {
            if (left(row) is not { } value)
            {
                return null;
            }

            var unknown = false;
            foreach (var item in items)
            {
                var other = item(row);
                unknown |= other is null;
                if (other is not null && SqlValues.Compare(value, other) == 0)
                {
                    return true;
                }
            }

            return unknown ? null : false;
        };
    }

    private Func<Func<string, object?>, object?> Between(Func<Func<string, object?>, object?> left)
    {
        var low = Sum();
        _tokens.ExpectWord("AND");
        var high = Sum();
        return row => Logic(
            SqlValues.Compare(left(row), low(row)) is { } a ? a >= 0 : null,
            SqlValues.Compare(left(row), high(row)) is { } b ? b <= 0 : null,
            absorbing: false);
    }

    private Func<Func<string, object?>, object?> Like(Func<Func<string, object?>, object?> left, bool ignoreCase)
    {
        var pattern = Sum();
        return row => left(row) is { } text && pattern(row) is string form ? SqlValues.Like(SqlValues.Text(text), form, ignoreCase) : null;
    }

    private Func<Func<string, object?>, object?> Sum()
    {
        var left = Product();
        while (_tokens.TakeSign("+", "-", "||") is { } sign)
        {
            var (a, b) = (left, Product());
            left = row => SqlValues.Calculate(sign, a(row), b(row));
        }

        return left;
    }

    private Func<Func<string, object?>, object?> Product()
    {
        var left = Unary();
        while (_tokens.TakeSign("*", "//", "/", "%") is { } sign)
        {
            var (a, b) = (left, Unary());
            left = row => SqlValues.Calculate(sign, a(row), b(row));
        }

        return left;
    }

    private Func<Func<string, object?>, object?> Unary()
    {
        if (_tokens.TakeSign("-") is not null)
        {
            var inner = Unary();
            return row => SqlValues.Calculate("-", 0L, inner(row));
        }

        var value = Primary();
        while (_tokens.TakeSign("::") is not null)
        {
            var (inner, type) = (value, _tokens.TakeType());
            value = row => SqlValues.Cast(inner(row), type);
        }

        return value;
    }

    private Func<Func<string, object?>, object?> Primary()
    {
        if (_tokens.TakeSign("(") is not null)
        {
            var inner = Or();
            _tokens.ExpectSign(")");
            return inner;
        }

        if (_tokens.TakeLiteral(out var literal))
        {
            return _ => literal;
        }

        if (_tokens.TakeWord("CASE"))
        {
            return Case();
        }

        if (_tokens.TakeWord("CAST") || _tokens.TakeWord("TRY_CAST"))
        {
            _tokens.ExpectSign("(");
            var inner = Or();
            _tokens.ExpectWord("AS");
            var type = _tokens.TakeType();
            _tokens.ExpectSign(")");
            return row => SqlValues.Cast(inner(row), type);
        }

        var name = _tokens.TakeName();
        if (!_tokens.Peek("("))
        {
            return row => row(name);
        }

        var arguments = Arguments();
        return row => SqlValues.Call(name, [.. arguments.Select(argument => argument(row))]);
    }

    private Func<Func<string, object?>, object?> Case()
    {
        var subject = _tokens.PeekWord("WHEN") ? null : Or();
        var branches = new List<(Func<Func<string, object?>, object?> When, Func<Func<string, object?>, object?> Then)>();
        while (_tokens.TakeWord("WHEN"))
        {
            var when = Or();
            _tokens.ExpectWord("THEN");
            branches.Add((when, Or()));
        }

        var otherwise = _tokens.TakeWord("ELSE") ? Or() : _ => null;
        _tokens.ExpectWord("END");
        return row =>
        {
            foreach (var (when, then) in branches)
            {
                if (subject is null ? when(row) is true : SqlValues.Compare(subject(row), when(row)) == 0)
                {
                    return then(row);
                }
            }

            return otherwise(row);
        };
    }

    private List<Func<Func<string, object?>, object?>> Arguments()
    {
        _tokens.ExpectSign("(");
        var items = new List<Func<Func<string, object?>, object?>>();
        if (_tokens.TakeSign(")") is not null)
        {
            return items;
        }

        do
        {
            items.Add(Or());
        }
        while (_tokens.TakeSign(",") is not null);
        _tokens.ExpectSign(")");
        return items;
    }

    private static bool? Logic(object? a, object? b, bool absorbing)
    {
        var (x, y) = (a as bool?, b as bool?);
        return x == absorbing || y == absorbing ? absorbing : x is null || y is null ? null : !absorbing;
    }
}
