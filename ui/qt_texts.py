"""Vietnamese for the texts that Qt itself shows: Qt ships no `qtbase_vi`.

Every source text keeps its mnemonic only where the letter is ASCII and unlike its neighbours.
"""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

VIETNAMESE = {
    # buttons of QDialogButtonBox, QMessageBox, QPlatformTheme
    "OK": "&OK", "&OK": "&OK", "Cancel": "&Hủy", "&Cancel": "&Hủy", "Close": "Đó&ng", "&Close": "Đó&ng", "Yes": "&Có", "&Yes": "&Có",
    "Yes to &All": "Có cho &tất cả", "No": "&Không", "&No": "&Không", "N&o to All": "Không &cho tất cả", "Save": "&Lưu", "&Save": "&Lưu",
    "Save All": "Lưu tất &cả", "Open": "&Mở", "&Open": "&Mở", "Apply": "Á&p dụng", "Reset": "Đặt &lại", "Help": "&Trợ giúp",
    "Discard": "&Bỏ", "Don't Save": "&Không lưu", "Close without Saving": "Đóng, &không lưu", "Abort": "&Dừng", "Retry": "&Thử lại",
    "Ignore": "&Bỏ qua", "Restore Defaults": "Về &mặc định", "Show Details...": "Xem &chi tiết…", "Hide Details...": "Ẩn &chi tiết",
    # context menus of fields and texts
    "&Undo": "Hoàn tác", "&Redo": "Làm lại", "Cu&t": "Cắt", "&Copy": "Chép", "Copy &Link Location": "Chép liên kết",
    "&Paste": "Dán", "Delete": "Xóa", "Select All": "Chọn tất cả", "&Step up": "Tăng", "Step &down": "Giảm", "&Select All": "Chọn tất cả",
    "Undo": "Hoàn tác", "Redo": "Làm lại", "Cut": "Cắt", "Copy": "Chép", "Paste": "Dán",
    "Insert Unicode control character": "Chèn ký tự điều khiển",
    # scroll bars, tables, tabs
    "Scroll here": "Cuộn tới đây", "Top": "Đầu", "Bottom": "Cuối", "Page up": "Lên một trang", "Page down": "Xuống một trang",
    "Scroll up": "Cuộn lên", "Scroll down": "Cuộn xuống", "Left edge": "Mép trái", "Right edge": "Mép phải",
    "Page left": "Sang trái một trang", "Page right": "Sang phải một trang", "Scroll left": "Cuộn trái", "Scroll right": "Cuộn phải",
    "Close Tab": "Đóng thẻ", "Close the tab": "Đóng thẻ này", "More...": "Thêm…",
    # file dialog
    "Look in:": "Tìm trong:",
    "&Look in:": "Tìm t&rong:", "Files of &type:": "&Loại tệp:", "Directories": "Thư mục", "Save As": "Lưu thành",
    "List of places and bookmarks": "Các nơi hay dùng", "Show ": "Hiện ",
    "File &name:": "Tên &tệp:", "Files of type:": "Loại tệp:", "Directory:": "Thư mục:", "&Choose": "&Chọn",
    "Choose": "Chọn", "Back": "Lùi", "Forward": "Tiến", "Parent Directory": "Thư mục cha", "Create New Folder": "Tạo thư mục mới",
    "&New Folder": "Thư mục &mới", "New Folder": "Thư mục mới", "List View": "Dạng danh sách", "Detail View": "Dạng chi tiết",
    "All Files (*)": "Mọi tệp (*)", "Find Directory": "Tìm thư mục", "&Rename": "Đổ&i tên", "&Delete": "&Xóa",
    "Show &hidden files": "Hiện tệp ẩ&n",
    "Name": "Tên", "Size": "Cỡ", "Type": "Loại", "Date Modified": "Ngày sửa", "Computer": "Máy tính", "My Computer": "Máy tính",
    "Drive": "Ổ đĩa",
    "File": "Tệp", "File Folder": "Thư mục", "Folder": "Thư mục", "Go back": "Lùi lại", "Go forward": "Tiến tới",
    "Go to the parent directory": "Lên thư mục cha", "Create a New Folder": "Tạo thư mục mới",
    "Change to list view mode": "Xem dạng danh sách",
    "Change to detail view mode": "Xem dạng chi tiết", "Sidebar": "Thanh bên", "Files": "Các tệp",
    "%1 already exists.\nDo you want to replace it?": "%1 đã có rồi.\nThay tệp đó?",
    "%1\nFile not found.\nPlease verify the correct file name was given.": "%1\nKhông thấy tệp này. Xin kiểm tra lại tên tệp.",
    "%1\nDirectory not found.\nPlease verify the correct directory name was given.": "%1\nKhông thấy thư mục này. Xin kiểm tra lại tên.",
    # printing, colours, dates
    "Print": "&In", "&Print": "&In", "Printer": "Máy in", "Copies": "Số bản", "Today": "Hôm nay",
    "&Name:": "&Tên:", "P&roperties": "Th&uộc tính", "Location:": "Nơi đặt:", "Type:": "Loại:", "Output &file:": "Tệ&p ra:",
    "Preview": "Xem trước", "&Options >>": "Tù&y chọn >>", "&Options <<": "Tù&y chọn <<", "Local file": "Tệp trên máy này",
    "Print to File (PDF)": "In ra tệp (PDF)", "Write PDF file": "Ghi tệp PDF", "Print To File ...": "In ra tệp…", "All Pages": "Mọi trang",
    "Odd Pages": "Trang lẻ", "Even Pages": "Trang chẵn", "Copies:": "Số bản:", "Collate": "Xếp theo bộ", "Reverse": "Thứ tự ngược",
    "Color": "Màu", "Color Mode": "Chế độ màu", "Grayscale": "Đen trắng", "Current Page": "Trang này", "Selection": "Phần đã chọn",
    "Double Sided Printing": "In hai mặt", "Long side binding": "Lật theo cạnh dài", "Short side binding": "Lật theo cạnh ngắn",
    "Off": "Không", "Options": "Tùy chọn", "Output Settings": "Cách in ra", "Page &Set:": "&Bộ trang:", "Pages": "Trang",
    "Pages from": "Từ trang", "to": "đến", "Print all": "In tất cả", "Print range": "Phạm vi in", "Copies ": "Số bản ",
    "Specify pages or ranges separated by commas. Ranges are specified by two numbers separated by a hyphen. "
    "E.g: 3,5-7,9 prints pages 3, 5, 6, 7 and 9.": "Ghi các trang, cách nhau bằng dấu phẩy. Ví dụ: 3,5-7,9.",
    # accessibility names
    "Press": "Nhấn", "Toggle": "Bật tắt", "Check": "Chọn", "Uncheck": "Bỏ chọn", "Increase": "Tăng", "Decrease": "Giảm",
    "ShowMenu": "Mở trình đơn", "SetFocus": "Chuyển tới",
}  # fmt: skip


KEYS = {"Up": "↑", "Down": "↓"}  # as they are printed on keyboards; "Enter" for "Return" would be read back as the other Enter


class QtVietnamese(QTranslator):
    """Answers Qt's own contexts only: texts of ours go through gettext."""

    def isEmpty(self) -> bool:
        return False

    def translate(self, context: str, source: str, disambiguation: str | None = None, n: int = -1) -> str:
        # "" would count as a translation, and None costs PySide a reference each time: what is unknown stays as it is
        if context == "QShortcut" and source in KEYS:
            return KEYS[source]
        return VIETNAMESE.get(source, source) if context.startswith("Q") else source


class QtTexts:
    """Puts Qt's own texts and number forms into the chosen language."""

    def __init__(self, app: QCoreApplication) -> None:
        self._app = app
        self._installed: QTranslator | None = None

    def choose(self, language: str) -> None:
        """ "vi" or "en"; every other language gets Qt's own translation where it ships one."""
        self.leave()
        if language == "vi":
            self._installed = QtVietnamese()
        elif language != "en":
            other = QTranslator()
            if other.load(f"qtbase_{language}", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
                self._installed = other
        if self._installed is not None:
            self._app.installTranslator(self._installed)
        QLocale.setDefault(QLocale("vi_VN" if language == "vi" else "en_GB"))

    def leave(self) -> None:
        """Takes the texts off the application again."""
        if self._installed is not None:
            self._app.removeTranslator(self._installed)
            self._installed = None
