// The words of the page itself; what the bot says comes from the server as it is.

const zh = {
  lang: "zh-CN", other: "EN", chromeLanguage: "页面语言：切换为英文",
  title: "{plant} · 啄木鸟沙盘", bot: "啄木鸟", connected: "手机沙盘", reconnecting: "正在重新连接…", locked: "请用启动时显示的地址重新打开",
  clock: "厂里的时间", hour: "＋1 小时", day: "＋1 天", nine: "明早 9:00", moved: "厂里的时间：{now}",
  addPhone: "＋ 手机", addGroup: "＋ 群", more: "更多", phones: "手机",
  write: "说点什么，或发照片", send: "发送", photo: "选照片", camera: "拍照", voice: "录音", stopVoice: "结束录音并发送", cancelVoice: "取消录音",
  location: "发位置", reply: "回复", noReply: "取消回复", unstage: "去掉这张", drop: "松手，放进这条消息", jump: "到最新", newer: "{n} 条新消息",
  language: "{name} 的语言：切换为 {to}", chats: "会话", open: "看大图", close: "关闭", previous: "上一张", next: "下一张", photoOf: "照片 {n}",
  sending: "正在发送", failed: "没有发出", drop_failed: "删除这条", noMicrophone: "浏览器没有给麦克风。（需要本机地址或 https）",
  empty: "拍一张照片，或写一句话，就可以上报。", emptyGroup: "发 /here，让啄木鸟在本群工作。",
  join: "邀请码 {code}", joinSend: "加入", group: "群 · {n} 人",
  newPhone: "加一部手机", whose: "给谁用", stranger: "一位陌生人（不在名册里）", name: "名字", add: "添加", cancel: "取消",
  newGroup: "建一个群", groupName: "群名", members: "成员", found: "建群", groupSample: "磨矿车间安全群", strangerSample: "新手机",
  where: "发送位置", latitude: "纬度", longitude: "经度", here: "用我现在的位置", noPosition: "浏览器没有给位置，请直接填写。",
  contact: "发送手机号", number: "手机号", own: "这是我自己的号码",
  today: "今天", yesterday: "昨天", file: "文件", heic: "HEIC 照片", audio: "语音", video: "视频", image: "照片", place: "位置",
  bad: "这条发不了。", empty_error: "没有内容。", too_big: "太大了：一个文件最多 20 MB。", too_many: "一次最多 10 张。", no_chat: "这个会话不在了。", busy: "稍等，马上再试。",
  quick: [["上报"], ["待办"], ["我的"], ["奖励"], ["排行"], ["帮助"]],
  danger: "有生命危险", dangerSend: "危险",
};

const en = {
  lang: "en", other: "中文", chromeLanguage: "Page language: switch to Chinese",
  title: "{plant} · Woodpecker sandbox", bot: "Woodpecker", connected: "Phone sandbox", reconnecting: "Reconnecting…", locked: "Open the address printed at start",
  clock: "The plant's time", hour: "+1 hour", day: "+1 day", nine: "9:00 tomorrow", moved: "The plant's time: {now}",
  addPhone: "+ Phone", addGroup: "+ Group", more: "More", phones: "Phones",
  write: "Write or send a photo", send: "Send", photo: "Choose photos", camera: "Take a photo", voice: "Record", stopVoice: "Stop and send", cancelVoice: "Cancel recording",
  location: "Send location", reply: "Reply", noReply: "Cancel reply", unstage: "Remove this one", drop: "Drop to add to this message", jump: "To the newest", newer: "{n} new",
  language: "{name}'s language: switch to {to}", chats: "Chats", open: "Open the photo", close: "Close", previous: "Previous", next: "Next", photoOf: "Photo {n}",
  sending: "Sending", failed: "Not sent", drop_failed: "Remove", noMicrophone: "The browser gave no microphone. (It needs this machine's address or https.)",
  empty: "Take a photo or write a sentence to report.", emptyGroup: "Send /here to let Woodpecker work in this group.",
  join: "Invitation {code}", joinSend: "Join", group: "Group · {n}",
  newPhone: "Add a phone", whose: "For", stranger: "A stranger (not on the roster)", name: "Name", add: "Add", cancel: "Cancel",
  newGroup: "Make a group", groupName: "Group name", members: "Members", found: "Make it", groupSample: "Mill safety", strangerSample: "New phone",
  where: "Send a location", latitude: "Latitude", longitude: "Longitude", here: "Use where I am", noPosition: "The browser gave no position: type it.",
  contact: "Share a phone number", number: "Number", own: "This is my own number",
  today: "Today", yesterday: "Yesterday", file: "File", heic: "HEIC photo", audio: "Voice", video: "Video", image: "Photo", place: "Location",
  bad: "This cannot be sent.", empty_error: "There is nothing in it.", too_big: "Too big: at most 20 MB a file.", too_many: "At most 10 at once.", no_chat: "This chat is gone.", busy: "One moment, trying again.",
  quick: [["Report", "/report"], ["To do", "/todo"], ["Mine", "/mine"], ["Rewards", "/rewards"], ["Board", "/board"], ["Help", "/help"]],
  danger: "Danger", dangerSend: "/danger",
};

const KEPT = "sandbox:language";
let words = localStorage.getItem(KEPT) === "en" ? en : zh;

/** The page's words in its language, `{names}` filled in. */
export function t(key, values = {}) {
  return words[key].replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

/** The quick commands: what a button says, and what it sends. */
export const quick = () => words.quick.map(([label, text = label]) => ({ label, text }));

/** Swaps Chinese and English. */
export function swap() {
  words = words === zh ? en : zh;
  localStorage.setItem(KEPT, words === zh ? "zh" : "en");
}

/** Fills every element that names its words. */
export function fill(root = document) {
  document.documentElement.lang = words.lang;
  for (const el of root.querySelectorAll("[data-t]")) el.textContent = t(el.dataset.t);
  for (const el of root.querySelectorAll("[data-label]")) {
    el.setAttribute("aria-label", t(el.dataset.label));
    el.title = t(el.dataset.label);
  }
}

let zone = "Asia/Shanghai";
const formats = new Map();

/** Sets the plant's time zone. */
export function setZone(name) {
  zone = name;
  formats.clear();
}

function format(kind, options) {
  const key = kind + words.lang;
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat(words.lang, { timeZone: zone, ...options }));
  return formats.get(key);
}

export const hm = (ms) => format("hm", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(ms);
export const dayOf = (ms) => format("key", { year: "numeric", month: "2-digit", day: "2-digit" }).format(ms);
export const longDay = (ms) => format("long", { year: "numeric", month: "long", day: "numeric", weekday: "short" }).format(ms);

/** 今天, 昨天, or the date, as the plant's clock `now` sees it. */
export function dayName(ms, now) {
  if (dayOf(ms) === dayOf(now)) return t("today");
  if (dayOf(ms) === dayOf(now - 86400000)) return t("yesterday");
  return format("day", { month: "long", day: "numeric", weekday: "short" }).format(ms);
}
