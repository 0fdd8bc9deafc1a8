namespace Throng.Linux; internal static class Placeholder;
